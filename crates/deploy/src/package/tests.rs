//! Hostile names: whatever columns, classes and projects are called, every file keeps its structure.

use std::collections::BTreeMap;

use math::Rng;
use prepare::InputType;
use prost::Message as _;
use serde_json::{Value, json};
use spec::run::Scores;
use spec::step::{ShapeKind, Step, Trim};
use spec::{Algorithm, Params, Task};
use yaml_rust2::{Yaml, YamlLoader};

use super::*;
use crate::contract::{CONTRACT_FORMAT, Check, Input, ModelFacts, Output, Range, Role, Rule, Training};
use crate::proto::{GraphProto, ModelProto, NodeProto, ShapeProto, TensorTypeProto, TypeProto, ValueInfoProto, data_type};

/// Each contract has 12 names of its own.
const N_CONTRACTS: u64 = 900;
const PIECES: [&str; 48] = [
    "a\"\"\"\nimport os#",
    "'; DROP TABLE x --",
    "{{7*7}}",
    "{{slug}}",
    "{{data}}",
    "${{ github.token }}",
    "$(id)",
    "`id`",
    "\nRUN curl x",
    "\n- !!python/object/apply:os.system [id]",
    "</script><script>alert(1)</script>",
    "<!--",
    "\u{2028}",
    "\u{2029}",
    "\0",
    "__class__",
    "__proto__",
    "constructor",
    "None",
    "null",
    "true",
    "no",
    "~",
    ": ",
    "# ",
    "- ",
    "%",
    "&a",
    "*a",
    "!!",
    "|",
    ">",
    "@",
    "\\",
    "\\u0041",
    "\"",
    "'",
    "\t",
    "\r\n",
    "\u{7f}",
    "\u{85}",
    "\u{feff}",
    "\u{202e}",
    "é",
    "😀",
    "\u{10ffff}",
    " ",
    "x",
];

fn name(rng: &mut Rng) -> String {
    match rng.below(40) {
        0 => PIECES[rng.below(PIECES.len())].repeat(65_536 / 8),
        _ => (0..1 + rng.below(6)).map(|_| PIECES[rng.below(PIECES.len())]).collect(),
    }
}

fn contract(names: &mut dyn FnMut() -> String) -> Contract {
    let input = |name: String, is_text: bool, level: String| Input {
        name,
        tensor_type: if is_text { TensorType::String } else { TensorType::Double },
        kind: if is_text { InputType::Category } else { InputType::Number },
        required: false,
        header: None,
        header_place: 1,
        missing_tokens: None,
        decimal_comma: None,
        format: None,
        categories: is_text.then(|| vec![level.clone()]),
        range: (!is_text).then_some(Range { min: 0.0, max: 1.0 }),
        missing_share: 0.0,
        source: None,
        date_order: None,
        newest_year: None,
        sensitive: false,
        median: (!is_text).then_some(0.5),
        most_frequent: is_text.then_some(level),
    };
    let inputs = vec![
        input(format!("0{}", names()), false, String::new()),
        input(format!("1{}", names()), true, names()),
    ];
    let model = names();
    Contract {
        format: CONTRACT_FORMAT,
        model: ModelFacts {
            name: encode::slug(&model),
            slug: encode::slug(&model),
            title: model,
            version: names(),
            task: Task::Binary,
            target: names(),
            algorithm: Algorithm::Baseline,
            run: 1,
            app_version: "0".to_owned(),
        },
        outputs: vec![Output {
            name: format!("label{}", names()),
            role: Role::Label,
            tensor_type: TensorType::String,
            shape: vec![Dimension::Name("batch".to_owned())],
        }],
        classes: Some(vec![format!("0{}", names()), format!("1{}", names())]),
        positive_class: Some(names()),
        decision_threshold: Some(0.5),
        missing_tokens: vec![String::new(), names()],
        decimal_comma: false,
        comment: None,
        file: None,
        tolerance: 0.0,
        training: Training::default(),
        cleaning: vec![Step {
            id: 1,
            enabled: true,
            kind: ShapeKind::Trim(Trim { columns: vec![names()] }),
        }],
        patterns: BTreeMap::new(),
        rules: vec![Rule {
            name: names(),
            column: inputs[0].name.clone(),
            check: Check::NotNull,
        }],
        inputs,
    }
}

/// A model with the contract's inputs that hands the second one on.
fn model(contract: &Contract) -> Vec<u8> {
    let value = |name: &str, of: i32| ValueInfoProto {
        name: Some(name.to_owned()),
        r#type: Some(TypeProto {
            tensor_type: Some(TensorTypeProto {
                elem_type: Some(of),
                shape: Some(ShapeProto { dim: Vec::new() }),
            }),
        }),
    };
    let output = &contract.outputs[0].name;
    let graph = GraphProto {
        input: vec![
            value(&contract.inputs[0].name, data_type::DOUBLE),
            value(&contract.inputs[1].name, data_type::STRING),
        ],
        output: vec![value(output, data_type::STRING)],
        node: vec![NodeProto {
            input: vec![contract.inputs[1].name.clone()],
            output: vec![output.clone()],
            op_type: Some("Identity".to_owned()),
            ..NodeProto::default()
        }],
        ..GraphProto::default()
    };
    ModelProto {
        graph: Some(graph),
        ..ModelProto::default()
    }
    .encode_to_vec()
}

fn facts(contract: &Contract) -> ExportFacts {
    ExportFacts {
        model_name: contract.model.title.clone(),
        version: contract.model.version.clone(),
        algorithm: Algorithm::Baseline,
        params: Params::new(),
        run: 1,
        data: None,
        missing_tokens: Vec::new(),
        decimal_comma: false,
        comment: None,
        file: None,
        schema: Vec::new(),
        readings: BTreeMap::new(),
        formats: BTreeMap::new(),
        sensitive: Vec::new(),
        shape: Vec::new(),
        scores: Scores::new(),
        goal: None,
        is_stale: false,
    }
}

fn render(contract: &Contract, note: &str) -> BTreeMap<String, String> {
    let mut row = serde_json::Map::new();
    row.insert(contract.inputs[0].name.clone(), json!(0.5));
    row.insert(contract.inputs[1].name.clone(), json!(contract.inputs[1].most_frequent));
    let classes = contract.classes.clone().unwrap_or_default();
    let by_class = json!({ classes[0].as_str(): 0.25, classes[1].as_str(): 0.75 });
    let source = Source {
        contract,
        facts: &facts(contract),
        extras: &BundleExtras::default(),
        model: &model(contract),
        golden: &[Value::Object(row)],
        expected: &json!({ "tolerance": 0, "predictions": [{ "label": classes[1], "probabilities": by_class }] }),
        notes: &[Message::new("deploy.output_renamed").with("outputs", vec![note.to_owned()])],
    };
    files(&source)
        .unwrap()
        .into_iter()
        .map(|(path, bytes)| (path, String::from_utf8(bytes).unwrap()))
        .collect()
}

/// The path with the model's own name taken out.
fn place(path: &str, contract: &Contract) -> String {
    path.replace(&format!("triton/{}/", contract.model.slug), "triton/NAME/")
}

/// The tree without its strings: what a reader of the file would do, whatever it is called.
fn shape(yaml: &Yaml) -> String {
    match yaml {
        Yaml::Hash(hash) => {
            let entry = |(key, value): (&Yaml, &Yaml)| format!("{}: {}", key.as_str().unwrap_or("?"), shape(value));
            format!("{{{}}}", hash.iter().map(entry).collect::<Vec<_>>().join(", "))
        }
        Yaml::Array(array) => format!("[{}]", array.iter().map(shape).collect::<Vec<_>>().join(", ")),
        Yaml::String(_) => "text".to_owned(),
        other => format!("{other:?}"),
    }
}

fn yaml_shape(text: &str) -> Vec<String> {
    YamlLoader::load_from_str(text).unwrap().iter().map(shape).collect()
}

/// A string of a protocol buffer's text form.
fn unescaped(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] == b'\\' && bytes[at + 1].is_ascii_digit() {
            out.push(u8::from_str_radix(&text[at + 1..at + 4], 8).unwrap());
            at += 4;
        } else {
            at += usize::from(bytes[at] == b'\\');
            out.push(bytes[at]);
            at += 1;
        }
    }
    String::from_utf8(out).unwrap()
}

fn check_triton(text: &str, contract: &Contract) {
    let mut names = Vec::new();
    for line in text
        .lines()
        .filter(|line| line.starts_with("input") || line.starts_with("output"))
    {
        let rest = line.split_once("[{ name: \"").unwrap().1;
        let (name, rest) = rest.rsplit_once("\", data_type: TYPE_").unwrap();
        assert!(rest.ends_with("] }]"), "{line}");
        assert!(!name.replace("\\\\", "").replace("\\\"", "").contains('"'), "{line}");
        names.push(unescaped(name));
    }
    let expected: Vec<&str> = contract
        .inputs
        .iter()
        .map(|input| input.name.as_str())
        .chain(contract.outputs.iter().map(|output| output.name.as_str()))
        .collect();
    assert_eq!(names, expected);
    assert_eq!(text.lines().count(), 4 + expected.len());
}

fn check_mlmodel(text: &str, contract: &Contract) {
    let documents = YamlLoader::load_from_str(text).unwrap();
    let signature = &documents[0]["signature"];
    let names = |key: &str| -> Vec<String> {
        let columns: Vec<Value> = serde_json::from_str(signature[key].as_str().unwrap()).unwrap();
        columns
            .iter()
            .map(|column| column["name"].as_str().unwrap().to_owned())
            .collect()
    };
    let inputs: Vec<String> = contract.inputs.iter().map(|input| input.name.clone()).collect();
    assert_eq!(names("inputs"), inputs);
    let mut outputs = vec!["label".to_owned()];
    outputs.extend(contract.classes.iter().flatten().map(|class| format!("probability_{class}")));
    assert_eq!(names("outputs"), outputs);
}

fn check_readme(text: &str, plain: &str) {
    assert_eq!(text.lines().count(), plain.lines().count());
    let bars = |line: &str| line.replace("\\|", "").matches('|').count();
    for (line, expected) in text.lines().zip(plain.lines()) {
        assert_eq!(bars(line), bars(expected), "{line}");
        assert_eq!(line.chars().next(), expected.chars().next(), "{line}");
        // Whatever HTML there is, it is the template's own.
        assert!(!line.contains('<') || line == expected, "{line}");
    }
}

fn check_page(text: &str, plain: &str, contract: &Contract) {
    let parts = |text: &str| {
        let (head, rest) = text.split_once("\"deflated\":\"").unwrap();
        let (data, tail) = rest.split_once("\"}</script>").unwrap();
        (head.to_owned(), data.to_owned(), tail.to_owned())
    };
    let ((head, data, tail), (plain_head, _, plain_tail)) = (parts(text), parts(plain));
    assert!(head == plain_head && tail == plain_tail, "names stand in the page");
    let inflated = miniz_oxide::inflate::decompress_to_vec(&from_base64(&data)).unwrap();
    let length = u32::from_le_bytes([inflated[0], inflated[1], inflated[2], inflated[3]]) as usize;
    let json: Value = serde_json::from_slice(&inflated[4..4 + length]).unwrap();
    assert_eq!(json["contract"], serde_json::to_value(contract).unwrap());
    assert_eq!(json["model"]["inputs"][0][0], json!(contract.inputs[0].name));
}

fn from_base64(text: &str) -> Vec<u8> {
    let digit = |c: u8| match c {
        b'A'..=b'Z' => c - b'A',
        b'a'..=b'z' => c - b'a' + 26,
        b'0'..=b'9' => c - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => panic!("{c} is no digit"),
    };
    let digits: Vec<u8> = text.trim_end_matches('=').bytes().map(digit).collect();
    let bits = digits.chunks(4).flat_map(|chunk| {
        let word = chunk.iter().fold(0u32, |word, &d| word << 6 | u32::from(d)) << (6 * (4 - chunk.len()));
        [(word >> 16) as u8, (word >> 8) as u8, word as u8]
            .into_iter()
            .take(chunk.len() - 1)
    });
    bits.collect()
}

#[test]
fn no_name_changes_what_a_file_says() {
    let plain_contract = contract(&mut || "plain".to_owned());
    let plain = render(&plain_contract, "plain");
    let plain_shapes: BTreeMap<&String, Vec<String>> = plain
        .iter()
        .filter(|(path, _)| path.ends_with(".yaml") || path.ends_with(".yml") || *path == "MLmodel")
        .map(|(path, text)| (path, yaml_shape(text)))
        .collect();
    assert!(plain_shapes.len() >= 11, "{:?}", plain_shapes.keys());
    let mut n_equal = 0;
    for index in 0..N_CONTRACTS {
        let mut rng = Rng::stream(7, "hostile names", index);
        let contract = contract(&mut || name(&mut rng));
        let files = render(&contract, &name(&mut rng));
        assert_eq!(files.len(), plain.len());
        for (path, text) in &files {
            let path = place(path, &contract);
            let expected = plain
                .iter()
                .find(|(known, _)| place(known, &plain_contract) == path)
                .unwrap_or_else(|| panic!("{path}"))
                .1;
            if text == expected {
                n_equal += 1;
                continue;
            }
            if let Some(shapes) = plain_shapes.get(&path) {
                assert_eq!(&yaml_shape(text), shapes, "{path}");
            }
            match path.as_str() {
                "README.md" => check_readme(text, expected),
                "MLmodel" => check_mlmodel(text, &contract),
                "triton/NAME/config.pbtxt" => check_triton(text, &contract),
                "score.html" => check_page(text, expected, &contract),
                "input_example.json" | "serving_input_example.json" => {
                    let example: Value = serde_json::from_str(text).unwrap();
                    let columns = example.get("dataframe_split").unwrap_or(&example)["columns"].clone();
                    let names: Vec<&str> = contract.inputs.iter().map(|input| input.name.as_str()).collect();
                    assert_eq!(columns, json!(names));
                }
                // These name the model by its slug and version, in quotes or where a host may stand.
                path if path.ends_with(".yaml") || path.ends_with(".yml") => {
                    assert_eq!(text.lines().count(), expected.lines().count(), "{path}");
                    assert!(text.is_ascii(), "{path}");
                }
                path => panic!("{path} depends on names"),
            }
        }
    }
    assert!(n_equal >= 25 * N_CONTRACTS as usize);
}

#[test]
fn a_lock_line_stays_a_line() {
    let contract = contract(&mut || "plain".to_owned());
    let extras = BundleExtras {
        tool: ToolLock {
            version: "1.0\nsha256=evil".to_owned(),
            url: "https://example.org/mllc $(id)".to_owned(),
            sha256: "ab".repeat(32),
        },
        baseline_json: Some(b"{}\n".to_vec()),
        rules_json: Some(b"{}\n".to_vec()),
        model_card: Some("# Card\n".to_owned()),
        pipeline_json: Some(b"{}\n".to_vec()),
        content: None,
    };
    let source = Source {
        contract: &contract,
        facts: &facts(&contract),
        extras: &extras,
        model: &model(&contract),
        golden: &[],
        expected: &json!({ "tolerance": 0, "predictions": [] }),
        notes: &[],
    };
    let files: BTreeMap<String, Vec<u8>> = files(&source).unwrap().into_iter().collect();
    let lock = String::from_utf8(files["tools/mllc.lock"].clone()).unwrap();
    let lines: Vec<&str> = lock.lines().filter(|line| !line.starts_with('#')).collect();
    assert_eq!(
        lines,
        [
            "version=1.0sha256=evil",
            "url=https://example.org/mllc$(id)",
            &format!("sha256={}", "ab".repeat(32))
        ]
    );
    for path in ["MODEL_CARD.md", "pipeline.json", "monitoring/baseline.json"] {
        assert!(files.contains_key(path), "{path}");
    }
}

#[test]
fn a_tools_address_is_never_this_machine() {
    for own in [
        "http://localhost:8080/mllc",
        "http://LOCALHOST./mllc",
        "http://app.localhost/mllc",
        "http://127.0.0.1:8080/mllc",
        "https://127.1.2.3/mllc",
        "http://[::1]:8080/mllc",
        "http://0.0.0.0/mllc",
        "http://user@localhost/mllc",
        "file:///C:/mllc",
        "tauri://x/mllc",
        "",
        "http://",
    ] {
        assert_eq!(ToolLock::reachable(own), "", "{own}");
    }
    for other in [
        "https://ml.example.org/mllc-x86_64-linux",
        "http://10.0.0.7:8080/mllc",
        "https://localhost.example.org/m",
    ] {
        assert_eq!(ToolLock::reachable(other), other);
    }
}

#[test]
fn a_lock_says_what_is_to_be_done_and_reads_back() {
    for (url, sha256, words) in [
        ("https://example.org/mllc", "ab", "fetches url"),
        ("", "ab", "url is not known"),
        ("https://example.org/mllc", "", "sha256 is not known"),
        ("", "", "sha256 is not known"),
    ] {
        let tool = ToolLock {
            version: "1.2.3".to_owned(),
            url: url.to_owned(),
            sha256: sha256.to_owned(),
        };
        let contract = contract(&mut || "plain".to_owned());
        let extras = BundleExtras {
            tool: tool.clone(),
            ..BundleExtras::default()
        };
        let source = Source {
            contract: &contract,
            facts: &facts(&contract),
            extras: &extras,
            model: &model(&contract),
            golden: &[],
            expected: &json!({ "tolerance": 0, "predictions": [] }),
            notes: &[],
        };
        let files: BTreeMap<String, Vec<u8>> = files(&source).unwrap().into_iter().collect();
        let lock = String::from_utf8(files["tools/mllc.lock"].clone()).unwrap();
        assert!(lock.contains(words), "{lock}");
        assert!(!lock.contains("localhost"));
        assert_eq!(ToolLock::from_text(&lock), Some(tool));
    }
    assert_eq!(ToolLock::from_text("version=1\n"), None);
}
