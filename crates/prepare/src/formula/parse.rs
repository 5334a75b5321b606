//! Text to [`Expr`]: a recursive descent over tokens, with the place of every fault.

use spec::{Failure, Message, Outcome};

use super::{BinaryOp, Expr, Node, UnaryOp};
use crate::names::nearest;

const MAX_CHARS: usize = 10_000;
const MAX_DEPTH: u32 = 64;
const FUNCTIONS: [&str; 13] = [
    "abs",
    "ceil",
    "exp",
    "floor",
    "if",
    "is_missing",
    "ln",
    "log",
    "log1p",
    "max",
    "min",
    "round",
    "sqrt",
];

/// Reads an expression. Whether its columns exist, and of which type they are, is checked when the step is fitted.
///
/// Errors (all with `position`, in characters from 1): `formula.empty`, `formula.too_long`, `formula.too_deep`,
/// `formula.character`, `formula.number`, `formula.unclosed`, `formula.expected`, `formula.equals`, `formula.power`,
/// `formula.function`, `formula.arguments`, `formula.chained`, `formula.text`.
pub fn parse(text: &str) -> Outcome<Expr> {
    parse_with_positions(text).map(|(expr, _)| expr)
}

/// Also the place in the text of each node.
pub(super) fn parse_with_positions(text: &str) -> Outcome<(Expr, Vec<u32>)> {
    if text.chars().count() > MAX_CHARS {
        return Err(Message::new("formula.too_long").with("limit", MAX_CHARS).into());
    }
    let tokens = tokens(text)?;
    if tokens.len() == 1 {
        return Err(Message::new("formula.empty").into());
    }
    let mut parser = Parser {
        tokens,
        place: 0,
        depth: 0,
        nodes: Vec::new(),
        positions: Vec::new(),
    };
    let operand = parser.disjunction()?;
    parser.number(operand)?;
    match parser.peek() {
        Token::End => Ok((Expr { nodes: parser.nodes }, parser.positions)),
        _ => Err(parser.unexpected("an operator or the end")),
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Number(f64),
    Word(String),
    /// In backticks: never a keyword or function.
    Quoted(String),
    Text(String),
    Symbol(&'static str),
    End,
}

const SYMBOLS: [&str; 18] = [
    "==", "!=", "<=", ">=", "&&", "||", "**", "<", ">", "+", "-", "*", "/", "%", "(", ")", ",", "=",
];

fn tokens(text: &str) -> Outcome<Vec<(Token, u32)>> {
    let chars: Vec<char> = text.chars().collect();
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(&first) = chars.get(at) {
        let position = at as u32 + 1;
        let fault = |code: &str| Failure::from(Message::new(code).with("position", position));
        if first.is_whitespace() {
            at += 1;
        } else if first.is_ascii_digit() || (first == '.' && chars.get(at + 1).is_some_and(char::is_ascii_digit)) {
            let end = number_end(&chars, at);
            let numeral: String = chars[at..end].iter().collect();
            let value = numeral.parse::<f64>().ok().filter(|x| x.is_finite());
            match value {
                Some(x) if !chars.get(end).is_some_and(|c| is_word(*c) || *c == '.') => out.push((Token::Number(x), position)),
                _ => {
                    return Err(Message::new("formula.number")
                        .with("position", position)
                        .with("text", numeral)
                        .into());
                }
            }
            at = end;
        } else if is_word(first) {
            let end = at + chars[at..].iter().take_while(|c| is_word(**c)).count();
            out.push((Token::Word(chars[at..end].iter().collect()), position));
            at = end;
        } else if matches!(first, '"' | '\'' | '`') {
            let (content, end) =
                quoted(&chars, at).ok_or_else(|| fault("formula.unclosed").with_value("mark", first.to_string()))?;
            out.push((
                if first == '`' {
                    Token::Quoted(content)
                } else {
                    Token::Text(content)
                },
                position,
            ));
            at = end;
        } else if let Some(symbol) = SYMBOLS.iter().find(|symbol| starts_with(&chars[at..], symbol)) {
            out.push((Token::Symbol(symbol), position));
            at += symbol.len();
        } else if first == '!' {
            out.push((Token::Symbol("!"), position));
            at += 1;
        } else if first == '^' {
            return Err(fault("formula.power"));
        } else {
            return Err(fault("formula.character").with_value("character", first.to_string()));
        }
    }
    out.push((Token::End, chars.len() as u32 + 1));
    Ok(out)
}

trait WithValue {
    fn with_value(self, name: &str, value: String) -> Self;
}

impl WithValue for Failure {
    fn with_value(mut self, name: &str, value: String) -> Self {
        self.message = self.message.with(name, value);
        self
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn starts_with(chars: &[char], symbol: &str) -> bool {
    symbol.chars().enumerate().all(|(i, c)| chars.get(i) == Some(&c))
}

fn number_end(chars: &[char], start: usize) -> usize {
    let digits = |from: usize| {
        from + chars[from.min(chars.len())..]
            .iter()
            .take_while(|c| c.is_ascii_digit())
            .count()
    };
    let mut end = digits(start);
    if chars.get(end) == Some(&'.') {
        end = digits(end + 1);
    }
    if matches!(chars.get(end), Some('e' | 'E')) {
        let sign = usize::from(matches!(chars.get(end + 1), Some('+' | '-')));
        if chars.get(end + 1 + sign).is_some_and(char::is_ascii_digit) {
            end = digits(end + 1 + sign);
        }
    }
    end
}

/// What stands between the mark at `start` and the next, where a backslash takes the next character as it is.
fn quoted(chars: &[char], start: usize) -> Option<(String, usize)> {
    let mut content = String::new();
    let mut at = start + 1;
    loop {
        match chars.get(at)? {
            c if *c == chars[start] => return Some((content, at + 1)),
            '\\' => {
                content.push(*chars.get(at + 1)?);
                at += 2;
            }
            c => {
                content.push(*c);
                at += 1;
            }
        }
    }
}

struct Parser {
    tokens: Vec<(Token, u32)>,
    place: usize,
    depth: u32,
    nodes: Vec<Node>,
    positions: Vec<u32>,
}

/// What a part of the text came to, before it is known whether a number or a category is wanted.
#[derive(Clone, Debug)]
enum Operand {
    Node(u32),
    Column(String, u32),
    Text(String, u32),
}

impl Parser {
    fn peek(&self) -> &Token {
        &self.tokens[self.place.min(self.tokens.len() - 1)].0
    }

    fn position(&self) -> u32 {
        self.tokens[self.place.min(self.tokens.len() - 1)].1
    }

    /// Takes the next token when it is one of these symbols or words.
    fn take(&mut self, wanted: &[&'static str]) -> Option<(&'static str, u32)> {
        let found = match self.peek() {
            Token::Symbol(symbol) => wanted.iter().find(|w| *w == symbol),
            Token::Word(word) => wanted.iter().find(|w| *w == word),
            _ => None,
        }?;
        let position = self.position();
        self.place += 1;
        Some((found, position))
    }

    fn expect(&mut self, symbol: &'static str) -> Outcome<()> {
        match self.take(&[symbol]) {
            Some(_) => Ok(()),
            None => Err(self.unexpected(&format!("`{symbol}`"))),
        }
    }

    fn unexpected(&self, expected: &str) -> Failure {
        let found = match self.peek() {
            Token::Symbol("=") => return Message::new("formula.equals").with("position", self.position()).into(),
            Token::Symbol("**") => return Message::new("formula.power").with("position", self.position()).into(),
            Token::End => "the end".to_owned(),
            Token::Number(x) => x.to_string(),
            Token::Word(word) => format!("`{word}`"),
            Token::Quoted(name) => format!("column `{name}`"),
            Token::Text(text) => format!("\"{text}\""),
            Token::Symbol(symbol) => format!("`{symbol}`"),
        };
        Message::new("formula.expected")
            .with("position", self.position())
            .with("found", found)
            .with("expected", expected)
            .into()
    }

    fn add(&mut self, node: Node, position: u32) -> u32 {
        self.nodes.push(node);
        self.positions.push(position);
        self.nodes.len() as u32 - 1
    }

    fn number(&mut self, operand: Operand) -> Outcome<u32> {
        match operand {
            Operand::Node(node) => Ok(node),
            Operand::Column(name, position) => Ok(self.add(Node::Column(name), position)),
            Operand::Text(text, position) => Err(Message::new("formula.text")
                .with("position", position)
                .with("text", text)
                .into()),
        }
    }

    fn nested<T>(&mut self, inner: impl FnOnce(&mut Self) -> Outcome<T>) -> Outcome<T> {
        if self.depth == MAX_DEPTH {
            return Err(Message::new("formula.too_deep")
                .with("position", self.position())
                .with("limit", MAX_DEPTH)
                .into());
        }
        self.depth += 1;
        let result = inner(self);
        self.depth -= 1;
        result
    }

    fn disjunction(&mut self) -> Outcome<Operand> {
        self.left_to_right(&[("or", BinaryOp::Or), ("||", BinaryOp::Or)], Self::conjunction)
    }

    fn conjunction(&mut self) -> Outcome<Operand> {
        self.left_to_right(&[("and", BinaryOp::And), ("&&", BinaryOp::And)], Self::negation)
    }

    fn negation(&mut self) -> Outcome<Operand> {
        let Some((_, position)) = self.take(&["not", "!"]) else {
            return self.comparison();
        };
        let operand = self.nested(Self::negation)?;
        let node = self.number(operand)?;
        Ok(Operand::Node(self.add(Node::Unary(UnaryOp::Not, node), position)))
    }

    fn comparison(&mut self) -> Outcome<Operand> {
        const COMPARISONS: [(&str, BinaryOp); 6] = [
            ("==", BinaryOp::Equal),
            ("!=", BinaryOp::NotEqual),
            ("<=", BinaryOp::LessOrEqual),
            (">=", BinaryOp::GreaterOrEqual),
            ("<", BinaryOp::Less),
            (">", BinaryOp::Greater),
        ];
        let symbols = COMPARISONS.map(|(symbol, _)| symbol);
        let left = self.sum()?;
        let Some((symbol, position)) = self.take(&symbols) else {
            return Ok(left);
        };
        let right = self.sum()?;
        if symbols.iter().any(|symbol| *self.peek() == Token::Symbol(symbol)) {
            return Err(Message::new("formula.chained").with("position", self.position()).into());
        }
        let node = match (left, right, symbol) {
            (Operand::Column(column, _), Operand::Text(level, _), "==" | "!=")
            | (Operand::Text(level, _), Operand::Column(column, _), "==" | "!=") => {
                let is = self.add(
                    Node::LevelIs {
                        column,
                        level: level.trim().to_owned(),
                    },
                    position,
                );
                if symbol == "==" {
                    is
                } else {
                    self.add(Node::Unary(UnaryOp::Not, is), position)
                }
            }
            (left, right, _) => {
                let (left, right) = (self.number(left)?, self.number(right)?);
                let op = COMPARISONS
                    .iter()
                    .find(|(name, _)| *name == symbol)
                    .map_or(BinaryOp::Equal, |(_, op)| *op);
                self.add(Node::Binary(op, left, right), position)
            }
        };
        Ok(Operand::Node(node))
    }

    fn sum(&mut self) -> Outcome<Operand> {
        self.left_to_right(&[("+", BinaryOp::Add), ("-", BinaryOp::Subtract)], Self::product)
    }

    fn product(&mut self) -> Outcome<Operand> {
        self.left_to_right(
            &[("*", BinaryOp::Multiply), ("/", BinaryOp::Divide), ("%", BinaryOp::Modulo)],
            Self::sign,
        )
    }

    fn left_to_right(&mut self, ops: &[(&'static str, BinaryOp)], part: fn(&mut Self) -> Outcome<Operand>) -> Outcome<Operand> {
        let symbols: Vec<&'static str> = ops.iter().map(|(symbol, _)| *symbol).collect();
        let mut left = part(self)?;
        while let Some((symbol, position)) = self.take(&symbols) {
            let right = part(self)?;
            let (a, b) = (self.number(left)?, self.number(right)?);
            let op = ops
                .iter()
                .find(|(name, _)| *name == symbol)
                .map_or(BinaryOp::Add, |(_, op)| *op);
            left = Operand::Node(self.add(Node::Binary(op, a, b), position));
        }
        Ok(left)
    }

    fn sign(&mut self) -> Outcome<Operand> {
        let Some((_, position)) = self.take(&["-"]) else {
            return self.atom();
        };
        let operand = self.nested(Self::sign)?;
        let node = self.number(operand)?;
        Ok(Operand::Node(self.add(Node::Unary(UnaryOp::Negate, node), position)))
    }

    fn atom(&mut self) -> Outcome<Operand> {
        let position = self.position();
        match self.peek().clone() {
            Token::Number(x) => {
                self.place += 1;
                Ok(Operand::Node(self.add(Node::Number(x), position)))
            }
            Token::Text(text) => {
                self.place += 1;
                Ok(Operand::Text(text, position))
            }
            Token::Quoted(name) => {
                self.place += 1;
                Ok(Operand::Column(name, position))
            }
            Token::Word(word)
                if self
                    .tokens
                    .get(self.place + 1)
                    .is_some_and(|next| next.0 == Token::Symbol("(")) =>
            {
                if matches!(word.as_str(), "and" | "or") {
                    return Err(self.unexpected("a column, a number or a function"));
                }
                self.place += 2;
                self.nested(|parser| parser.call(&word, position))
            }
            Token::Word(word) if matches!(word.as_str(), "true" | "false") => {
                self.place += 1;
                Ok(Operand::Node(
                    self.add(Node::Number(if word == "true" { 1.0 } else { 0.0 }), position),
                ))
            }
            Token::Word(word) if !matches!(word.as_str(), "and" | "or" | "not") => {
                self.place += 1;
                Ok(Operand::Column(word, position))
            }
            Token::Symbol("(") => {
                self.place += 1;
                let inner = self.nested(Self::disjunction)?;
                self.expect(")")?;
                Ok(inner)
            }
            _ => Err(self.unexpected("a column, a number or a function")),
        }
    }

    /// After the opening bracket.
    fn call(&mut self, name: &str, position: u32) -> Outcome<Operand> {
        if !FUNCTIONS.contains(&name) {
            let similar = nearest(name, FUNCTIONS).map_or_else(String::new, |name| format!("`{name}`"));
            return Err(Message::new("formula.function")
                .with("position", position)
                .with("function", name)
                .with("similar", similar)
                .with("functions", FUNCTIONS.map(str::to_owned).to_vec())
                .into());
        }
        let mut arguments = Vec::new();
        if self.take(&[")"]).is_none() {
            loop {
                arguments.push(self.disjunction()?);
                if self.take(&[","]).is_none() {
                    break;
                }
            }
            self.expect(")")?;
        }
        let (low, high, wanted) = match name {
            "if" => (
                3,
                3,
                "3 arguments: a condition, the value when it holds, the value when it does not",
            ),
            "min" | "max" => (2, usize::MAX, "2 or more arguments"),
            _ => (1, 1, "1 argument"),
        };
        if arguments.len() < low || high < arguments.len() {
            return Err(Message::new("formula.arguments")
                .with("position", position)
                .with("function", name)
                .with("wanted", wanted)
                .with("given", arguments.len())
                .into());
        }
        if let ("is_missing", [Operand::Column(column, _)]) = (name, arguments.as_slice()) {
            return Ok(Operand::Node(self.add(Node::LevelIsMissing(column.clone()), position)));
        }
        let inputs = arguments
            .into_iter()
            .map(|argument| self.number(argument))
            .collect::<Outcome<Vec<u32>>>()?;
        let unary = |op| Node::Unary(op, inputs[0]);
        let node = match name {
            "if" => Node::If {
                condition: inputs[0],
                then: inputs[1],
                otherwise: inputs[2],
            },
            "min" | "max" => {
                let op = if name == "min" { BinaryOp::Min } else { BinaryOp::Max };
                let mut left = inputs[0];
                for &right in &inputs[1..inputs.len() - 1] {
                    left = self.add(Node::Binary(op, left, right), position);
                }
                Node::Binary(op, left, inputs[inputs.len() - 1])
            }
            "is_missing" => Node::IsMissing(inputs[0]),
            "abs" => unary(UnaryOp::Abs),
            "ceil" => unary(UnaryOp::Ceil),
            "exp" => unary(UnaryOp::Exp),
            "floor" => unary(UnaryOp::Floor),
            "log1p" => unary(UnaryOp::Log1p),
            "round" => unary(UnaryOp::Round),
            "sqrt" => unary(UnaryOp::Sqrt),
            _ => unary(UnaryOp::Log),
        };
        Ok(Operand::Node(self.add(node, position)))
    }
}
