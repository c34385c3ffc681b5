//! The literals of a source text, and those of them that are written as texts in the language of the window.

/// A literal in code without comments: where it begins and ends, and what it says.
pub struct Literal {
    pub start: usize,
    pub end: usize,
    pub value: String,
}

/// Every plain string literal; raw strings and letters in quotes are passed over.
pub fn literals(code: &str) -> Vec<Literal> {
    let (mut found, mut at) = (Vec::new(), 0);
    while at < code.len() {
        let rest = &code[at..];
        if let Some(length) = raw(code, at).or_else(|| letter(rest)) {
            at += length;
        } else if let Some(behind) = rest.strip_prefix('"') {
            let inside = text(behind);
            found.push(Literal { start: at, end: at + inside + 2, value: value(&behind[..inside]) });
            at += inside + 2;
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    found
}

/// The length of a raw string that begins here.
fn raw(code: &str, at: usize) -> Option<usize> {
    let behind = code[at..].strip_prefix('r')?;
    let word = code[..at].chars().next_back().is_some_and(|before| before.is_alphanumeric() || before == '_');
    let hashes = behind.len() - behind.trim_start_matches('#').len();
    let body = behind[hashes..].strip_prefix('"').filter(|_| !word)?;
    let close = format!("\"{}", "#".repeat(hashes));
    Some(2 + hashes + body.find(&close)? + close.len())
}

/// The length of a letter in quotes that begins here, which may be a quote itself.
fn letter(rest: &str) -> Option<usize> {
    let inside = rest.strip_prefix('\'')?;
    if inside.starts_with('\\') {
        return Some(4 + inside[2..].find('\'')?);
    }
    let length = inside.chars().next()?.len_utf8();
    inside[length..].starts_with('\'').then_some(length + 2)
}

/// How much there is before the quote that ends a text.
fn text(rest: &str) -> usize {
    let mut at = 0;
    while !rest[at..].starts_with('"') {
        at += if rest[at..].starts_with('\\') { 2 } else { rest[at..].chars().next().map_or(1, char::len_utf8) };
    }
    at
}

/// What a literal stands for.
fn value(raw: &str) -> String {
    let (mut out, mut rest) = (String::new(), raw);
    while let Some((before, behind)) = rest.split_once('\\') {
        out.push_str(before);
        let mut letters = behind.chars();
        rest = match letters.next() {
            Some('\n') => behind.trim_start(),
            Some('u') => {
                let (code, after) = behind[2..].split_once('}').unwrap();
                out.extend(char::from_u32(u32::from_str_radix(code, 16).unwrap()));
                after
            }
            Some(letter) => {
                out.push(match letter {
                    'n' => '\n',
                    't' => '\t',
                    other => other,
                });
                letters.as_str()
            }
            None => "",
        };
    }
    out + rest
}

/// A use of `t!`, `n!` or `key!`: its literals that are texts, and the names of the values that it is given.
pub struct Told {
    pub texts: Vec<String>,
    pub values: Vec<String>,
    /// Where it begins and ends.
    pub span: (usize, usize),
}

/// Every use of the macros in code.
pub fn told(code: &str, literals: &[Literal]) -> Vec<Told> {
    let mut found = Vec::new();
    for (name, most) in [("t", 1), ("n", 2), ("key", 1)] {
        let open = format!("{name}!(");
        for (at, _) in code.match_indices(&open) {
            let inside_word = code[..at].chars().next_back().is_some_and(char::is_alphanumeric);
            let within = literals.iter().any(|literal| literal.start < at && at < literal.end);
            if inside_word || within {
                continue;
            }
            let start = at + open.len();
            let arguments = arguments(code, start, literals);
            let end = arguments.last().map_or(start, |(_, end)| *end);
            let is_text = |range: &&(usize, usize)| code[range.0..range.1].trim_start().starts_with('"');
            // The first argument of `n!` is the count.
            let skipped = usize::from(name == "n");
            let texts: Vec<&(usize, usize)> = arguments.iter().skip(skipped).take(most).filter(is_text).collect();
            let of = |range: &&(usize, usize)| {
                let literal = literals.iter().find(|literal| range.0 <= literal.start && literal.end <= range.1);
                literal.map(|literal| literal.value.clone())
            };
            let values = arguments.iter().skip(skipped + most).map(|range| &code[range.0..range.1]);
            let name = |value: &str| value.split('=').next().unwrap_or_default().trim().to_owned();
            let values = values.map(name).filter(|name| !name.is_empty()).collect();
            found.push(Told { texts: texts.iter().filter_map(of).collect(), values, span: (at, end) });
        }
    }
    found
}

/// The arguments of a call whose bracket was opened just before, by their ends.
fn arguments(code: &str, start: usize, literals: &[Literal]) -> Vec<(usize, usize)> {
    let (mut found, mut depth, mut from, mut at) = (Vec::new(), 0, start, start);
    loop {
        let next = code[at..].chars().next().unwrap();
        let passed = match next {
            '"' => literals.iter().find(|literal| literal.start == at).map(|literal| literal.end),
            '\'' => letter(&code[at..]).map(|length| at + length),
            _ => None,
        };
        if let Some(end) = passed {
            at = end;
            continue;
        }
        match next {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' if depth == 0 => {
                found.push((from, at));
                return found;
            }
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == 0 => {
                found.push((from, at));
                from = at + 1;
            }
            _ => {}
        }
        at += next.len_utf8();
    }
}

/// The places of a text, such as `{share:.1}`, in order.
pub fn places(text: &str) -> Vec<&str> {
    let parts = text.split('{').skip(1);
    parts.filter_map(|part| part.split_once('}').map(|(place, _)| place)).collect()
}

/// A text with its places unnamed.
pub fn skeleton(text: &str) -> String {
    let mut parts = text.split('{');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |all, part| match part.split_once('}') {
        Some((_, after)) => format!("{all}{{}}{after}"),
        None => format!("{all}{{{part}"),
    })
}

#[test]
fn literals_and_texts_are_read_from_code() {
    let code = "f(t!(\"a {n}\\\" b\", n = g(\"x\", ',')), 'q', r#\"raw \"\"#, n!(n, \"1 c\", \"{n} c \\\n   d\", n), key!(\"k\"))";
    let literals = literals(code);
    let values: Vec<&str> = literals.iter().map(|literal| literal.value.as_str()).collect();
    assert_eq!(values, ["a {n}\" b", "x", "1 c", "{n} c d", "k"]);
    let told = told(code, &literals);
    let texts: Vec<Vec<String>> = told.iter().map(|told| told.texts.clone()).collect();
    assert_eq!(texts, [vec!["a {n}\" b"], vec!["1 c", "{n} c d"], vec!["k"]]);
    assert_eq!(told[0].values, ["n"]);
    assert_eq!(places("{a:.1} of {b}"), ["a:.1", "b"]);
    assert_eq!(skeleton("{a:.1} of {b}."), "{} of {}.");
}
