//! The page is looked at before it is given out: well-formed, no place twice, no link to nowhere, nothing loaded.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::collections::BTreeSet;

/// What is wrong with a page, if anything is.
pub(super) fn page(html: &str) -> Result<(), String> {
    let mut found = Found::default();
    let mut reader = Reader::from_str(html);
    reader.config_mut().check_end_names = true;
    let mut open: Vec<String> = Vec::new();
    loop {
        let event = reader.read_event();
        match event.map_err(|error| format!("{error} at byte {}", reader.error_position()))? {
            Event::Start(start) => open.push(found.element(&start)?),
            Event::Empty(start) => {
                found.element(&start)?;
            }
            Event::End(_) => {
                open.pop();
            }
            Event::Text(words) if open.last().is_some_and(|name| name == "style") => {
                style(&String::from_utf8_lossy(&words))?;
            }
            Event::Eof => break,
            _ => {}
        }
    }
    if let Some(name) = open.pop() {
        return Err(format!("`{name}` is not closed"));
    }
    match found
        .links
        .iter()
        .chain(&found.labels)
        .find(|goal| !found.ids.contains(*goal))
    {
        Some(goal) => Err(format!(
            "nothing has the id `{goal}`, which something refers to"
        )),
        None => Ok(()),
    }
}

/// Styles may point into the page, and nowhere else.
fn style(text: &str) -> Result<(), String> {
    let outside = text
        .split("url(")
        .skip(1)
        .any(|rest| !rest.starts_with('#'));
    if outside || text.contains("@import") {
        return Err("a style loads something".to_owned());
    }
    Ok(())
}

#[derive(Default)]
struct Found {
    ids: BTreeSet<String>,
    links: Vec<String>,
    labels: Vec<String>,
}

impl Found {
    /// Notes an element, and gives its name.
    fn element(&mut self, start: &BytesStart<'_>) -> Result<String, String> {
        let name = String::from_utf8_lossy(start.name().as_ref()).into_owned();
        if matches!(
            name.as_str(),
            "script" | "iframe" | "object" | "embed" | "base" | "form"
        ) {
            return Err(format!("element `{name}` has no place here"));
        }
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|error| format!("in `{name}`: {error}"))?;
            let key = String::from_utf8_lossy(attribute.key.as_ref()).into_owned();
            let value = String::from_utf8_lossy(&attribute.value).into_owned();
            match key.as_str() {
                "id" if !self.ids.insert(value.clone()) => {
                    return Err(format!("the id `{value}` is there twice"));
                }
                "href" => self.link(&name, value)?,
                "aria-labelledby" => self.labels.extend(value.split(' ').map(str::to_owned)),
                "src" | "srcset" | "data" | "action" | "poster" => {
                    return Err(format!("`{key}` in `{name}` loads something"));
                }
                key if key.starts_with("on") => {
                    return Err(format!("`{key}` in `{name}` runs something"));
                }
                "style" | "fill" | "stroke" => style(&value)?,
                _ => {}
            }
        }
        Ok(name)
    }

    fn link(&mut self, name: &str, value: String) -> Result<(), String> {
        if let Some(goal) = value.strip_prefix('#') {
            self.links.push(goal.to_owned());
            return Ok(());
        }
        let web = ["https://", "http://", "mailto:"]
            .iter()
            .any(|scheme| value.starts_with(scheme));
        match name {
            "a" if web => Ok(()),
            "link" if value == "data:," => Ok(()),
            _ => Err(format!("`{name}` leads to `{value}`")),
        }
    }
}
