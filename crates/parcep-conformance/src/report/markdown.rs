//! The page for people as Markdown.

use super::Report;
use super::view::View;
use askama::Template;

#[derive(Template)]
#[template(path = "report.md", escape = "none")]
struct Page<'a> {
    view: View<'a>,
}

pub(super) fn render(report: &Report) -> String {
    let page = Page {
        view: View::of(report),
    };
    // Writing to memory fails for nothing that is in a view.
    page.render().unwrap_or_default()
}

#[expect(unreachable_pub, reason = "made so by the macro of the filters")]
mod filters {
    //! What would end a cell, a line of code or a fence is written so that it does not.

    use std::fmt::Display;

    /// A text in a cell, or in a line.
    #[askama::filter_fn]
    pub(super) fn cell(text: impl Display, _: &dyn askama::Values) -> askama::Result<String> {
        let text = one_line(&text.to_string());
        let mut out = String::with_capacity(text.len());
        for c in text.chars() {
            if matches!(
                c,
                '|' | '<' | '>' | '*' | '_' | '[' | ']' | '\\' | '`' | '#'
            ) {
                out.push('\\');
            }
            out.push(c);
        }
        Ok(out)
    }

    /// A text between backticks.
    #[askama::filter_fn]
    pub(super) fn tick(text: impl Display, _: &dyn askama::Values) -> askama::Result<String> {
        Ok(one_line(&text.to_string())
            .replace('`', "'")
            .replace('|', "\\|"))
    }

    /// A line in a fence.
    #[askama::filter_fn]
    pub(super) fn fence(text: impl Display, _: &dyn askama::Values) -> askama::Result<String> {
        Ok(one_line(&text.to_string()).replace("```", "'''"))
    }

    fn one_line(text: &str) -> String {
        text.replace(['\r', '\n'], " ")
    }
}
