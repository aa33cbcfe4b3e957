//! Pictures: SVG that may stand inside the page.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// What a picture may consist of. Nothing here runs, loads or leaves the picture.
const ELEMENTS: &[&str] = &[
    "svg", "title", "desc", "defs", "marker", "pattern", "style", "g", "path", "rect", "line",
    "circle", "ellipse", "polyline", "polygon", "text", "tspan",
];

/// The picture without what stands before its first element, or why it cannot be used.
pub(super) fn inline(text: &str) -> Result<String, String> {
    let mut reader = Reader::from_str(text);
    let mut open: Vec<String> = Vec::new();
    let mut seen = Vec::new();
    loop {
        match reader.read_event().map_err(|error| error.to_string())? {
            Event::Start(start) => {
                let name = element(&start, &open)?;
                seen.push(name.clone());
                open.push(name);
            }
            Event::Empty(start) => {
                element(&start, &open)?;
            }
            Event::End(_) => {
                open.pop();
            }
            Event::Text(words) => {
                let words = String::from_utf8_lossy(&words).into_owned();
                if open.last().is_some_and(|name| name == "style") {
                    style(&words)?;
                }
            }
            Event::Eof => break,
            Event::CData(_) | Event::PI(_) | Event::DocType(_) => {
                return Err(
                    "CDATA, processing instructions and a document type are not allowed".to_owned(),
                );
            }
            _ => {}
        }
    }
    if !open.is_empty() {
        return Err("an element is not closed".to_owned());
    }
    for needed in ["title", "desc"] {
        if !seen.iter().any(|name| name == needed) {
            return Err(format!("it has no `{needed}`"));
        }
    }
    let start = text.find("<svg").unwrap_or(0);
    Ok(text.get(start..).unwrap_or_default().trim().to_owned())
}

fn element(start: &BytesStart<'_>, open: &[String]) -> Result<String, String> {
    let name = String::from_utf8_lossy(start.name().as_ref()).into_owned();
    if !ELEMENTS.contains(&name.as_str()) {
        return Err(format!("element `{name}` is not allowed"));
    }
    let mut role = false;
    let mut view = false;
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| error.to_string())?;
        let key = String::from_utf8_lossy(attribute.key.as_ref()).into_owned();
        let value = String::from_utf8_lossy(&attribute.value).into_owned();
        if key.to_ascii_lowercase().starts_with("on") || key.contains("href") {
            return Err(format!("attribute `{key}` is not allowed"));
        }
        style(&value)?;
        role |= key == "role" && value == "img";
        view |= key == "viewBox";
    }
    if open.is_empty() && !(name == "svg" && role && view) {
        return Err("its first element is not `svg` with `viewBox` and `role=\"img\"`".to_owned());
    }
    Ok(name)
}

/// Styles may point into the picture, and nowhere else.
fn style(text: &str) -> Result<(), String> {
    let outside = text
        .split("url(")
        .skip(1)
        .any(|rest| !rest.starts_with('#'));
    if outside || text.contains("@import") || text.contains('\\') {
        return Err("a style may not load anything".to_owned());
    }
    Ok(())
}
