//! What a text typed into a form means for a parameter.

use spec::param::show;
use spec::texts::ui::common;
use spec::{Domain, ParamSpec, ParamValue, Params};

/// A text that is no value of its parameter, with the sentence that says why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParamError(pub String);

/// Reads what was typed. An empty text is the default, or "no limit" where the parameter is optional.
///
/// Errors: the sentence to show under the field.
pub fn read(spec: &ParamSpec, text: &str) -> Result<ParamValue, ParamError> {
    let text = text.trim();
    let value = match &spec.domain {
        Domain::Flag => ParamValue::Flag(text == "true"),
        Domain::Choice { .. } => ParamValue::Choice(text.to_owned()),
        Domain::Integer { optional, .. } if text.is_empty() => {
            if *optional {
                ParamValue::Unset
            } else {
                spec.default.clone()
            }
        }
        Domain::Integer { .. } => {
            let x = number(text)?;
            if x != x.trunc() || x.abs() > 9e15 {
                return Err(ParamError(common::not_a_whole_number(text)));
            }
            ParamValue::Integer(x as i64)
        }
        Domain::Real { .. } if text.is_empty() => spec.default.clone(),
        Domain::Real { .. } => ParamValue::Real(number(text)?),
        // Settings of steps: [`super::FormValue`] writes them.
        _ => ParamValue::Choice(text.to_owned()),
    };
    spec.check(&value).map_err(|failure| ParamError(failure.message.says()))?;
    Ok(value)
}

fn number(text: &str) -> Result<f64, ParamError> {
    crate::ui::parse_number(text)
        .map_err(ParamError)?
        .ok_or_else(|| ParamError(common::NEEDS_NUMBER.to_owned()))
}

/// The text a field starts with; empty for no value.
pub fn shown(spec: &ParamSpec, params: &Params) -> String {
    match params.get(&spec.name).unwrap_or(&spec.default) {
        ParamValue::Unset => String::new(),
        value => show(value),
    }
}

/// True when every value passes its spec and every name is known.
pub fn is_valid(specs: &[ParamSpec], params: &Params) -> bool {
    params
        .iter()
        .all(|(name, value)| specs.iter().any(|spec| &spec.name == name && spec.check(value).is_ok()))
}

/// `params` with one value changed; a value equal to the default is left out, so that a document names only what was
/// decided.
pub(super) fn with_value(spec: &ParamSpec, params: &Params, value: ParamValue) -> Params {
    let mut params = params.clone();
    if value == spec.default {
        params.remove(&spec.name);
    } else {
        params.insert(spec.name.clone(), value);
    }
    params
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(domain: Domain, default: ParamValue) -> ParamSpec {
        ParamSpec {
            name: "x".to_owned(),
            label: "X".to_owned(),
            help: String::new(),
            domain,
            default,
            search: None,
        }
    }

    fn depth() -> ParamSpec {
        spec(
            Domain::Integer {
                low: 1,
                high: 64,
                optional: true,
            },
            ParamValue::Unset,
        )
    }

    fn rate() -> ParamSpec {
        spec(
            Domain::Real {
                low: 0.0,
                high: 1.0,
                low_open: true,
            },
            ParamValue::Real(0.1),
        )
    }

    #[test]
    fn texts_become_values() {
        assert_eq!(read(&depth(), " 7 "), Ok(ParamValue::Integer(7)));
        assert_eq!(read(&depth(), ""), Ok(ParamValue::Unset));
        assert_eq!(read(&rate(), "0.05"), Ok(ParamValue::Real(0.05)));
        assert_eq!(read(&rate(), ""), Ok(ParamValue::Real(0.1)));
        let choice = spec(
            Domain::Choice {
                options: vec!["gini".to_owned()],
            },
            ParamValue::Choice("gini".to_owned()),
        );
        assert_eq!(read(&choice, "gini"), Ok(ParamValue::Choice("gini".to_owned())));
        assert_eq!(
            read(&spec(Domain::Flag, ParamValue::Flag(false)), "true"),
            Ok(ParamValue::Flag(true))
        );
    }

    #[test]
    fn what_is_outside_the_domain_is_said() {
        for (spec, text) in [
            (depth(), "0"),
            (depth(), "65"),
            (depth(), "2.5"),
            (depth(), "deep"),
            (rate(), "0"),
            (rate(), "2"),
        ] {
            assert!(read(&spec, text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_default_is_not_written() {
        let params = with_value(&rate(), &Params::new(), ParamValue::Real(0.3));
        assert_eq!(shown(&rate(), &params), "0.3");
        assert!(is_valid(&[rate()], &params));
        assert!(with_value(&rate(), &params, ParamValue::Real(0.1)).is_empty());
        assert!(!is_valid(
            &[depth()],
            &Params::from([("y".to_owned(), ParamValue::Integer(1))])
        ));
    }
}
