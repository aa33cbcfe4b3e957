//! Lines of at most 1 MiB, each one flat JSON object.

use serde_json::{Map, Value};
use std::io::{self, BufRead, Read as _};

/// Longest line, without its end.
pub const MAX_LINE: usize = 1024 * 1024;

/// What stands in one line.
#[derive(Debug)]
pub(crate) enum Line {
    /// A request.
    Request(Request),
    /// Nothing that can be answered by number, and why.
    Broken(String),
}

/// One request.
#[derive(Debug)]
pub(crate) struct Request {
    /// Given back as it came.
    pub(crate) seq: String,
    /// What is asked for.
    pub(crate) op: String,
    /// Everything.
    pub(crate) members: Value,
}

/// The next line; `None` at the end. Of one that is too long nothing is kept.
pub(crate) fn next(input: &mut (impl BufRead + ?Sized)) -> io::Result<Option<Line>> {
    let mut line = Vec::new();
    let limit = u64::try_from(MAX_LINE).unwrap_or(u64::MAX);
    let most = limit.saturating_add(1);
    if (&mut *input).take(most).read_until(b'\n', &mut line)? == 0 {
        return Ok(None);
    }
    if line.last() == Some(&b'\n') {
        line.pop();
    } else if line.len() > MAX_LINE {
        input.skip_until(b'\n')?;
        let why = format!("a line has at most {MAX_LINE} bytes");
        return Ok(Some(Line::Broken(why)));
    }
    Ok(Some(read(&line)))
}

fn read(line: &[u8]) -> Line {
    let members: Map<String, Value> = match serde_json::from_slice(line) {
        Ok(members) => members,
        Err(error) => return Line::Broken(format!("no JSON object: {error}")),
    };
    let text = |name: &str| members.get(name).and_then(Value::as_str).map(str::to_owned);
    match (text("seq"), text("op")) {
        (Some(seq), Some(op)) => Line::Request(Request {
            seq,
            op,
            members: Value::Object(members),
        }),
        (None, _) => Line::Broken("no `seq`, which is a string".to_owned()),
        (_, None) => Line::Broken("no `op`, which is a string".to_owned()),
    }
}
