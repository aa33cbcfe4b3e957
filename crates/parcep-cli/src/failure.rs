//! What goes wrong, for people on stderr and for programs on stdout.

use parcep_interchange::Refusal;
use parcep_interchange::json::{Json, pretty};
use std::io::Write as _;
use std::process::ExitCode;

/// Something that stops a command.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// Whose fault, which decides the exit code.
    pub kind: Kind,
    /// Stable code in capitals.
    pub code: String,
    /// What is wrong and what to do, lower case, without a full stop.
    pub message: String,
    /// The file it is about.
    pub file: Option<String>,
    /// RFC 6901 pointer into that file.
    pub pointer: Option<String>,
}

/// Whose fault it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The command could not be carried out: exit code 1.
    Failed,
    /// The command line is wrong: exit code 2.
    Usage,
    /// A file or other input is wrong: exit code 3.
    Input,
}

impl Kind {
    /// The exit code of the program.
    #[must_use]
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Input => 3,
        }
    }
}

impl Failure {
    /// A failure without a file.
    #[must_use]
    pub fn new(kind: Kind, code: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            kind,
            code: code.into(),
            message: message.into(),
            file: None,
            pointer: None,
        }
    }

    /// A wrong command line.
    #[must_use]
    pub fn usage(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(Kind::Usage, code, message)
    }

    /// The same about a file.
    #[must_use]
    pub fn in_file(mut self, file: impl Into<String>) -> Self {
        self.file = Some(file.into());
        self
    }

    /// The same about a place in its file.
    #[must_use]
    pub fn at(mut self, pointer: impl Into<String>) -> Self {
        self.pointer = Some(pointer.into());
        self
    }

    /// A refused document.
    #[must_use]
    pub fn refused(file: &str, refusal: &Refusal) -> Self {
        Self::new(Kind::Input, refusal.code.as_str(), refusal.message.clone())
            .in_file(file)
            .at(refusal.pointer.clone())
    }

    /// `{"error": {"code", "message", "file", "pointer"}}`; what does not apply is null.
    #[must_use]
    pub fn to_json(&self) -> Json {
        let maybe = |text: &Option<String>| text.as_ref().map_or(Json::Null, Json::text);
        let error = Json::Object(vec![
            ("code".to_owned(), Json::text(&self.code)),
            ("message".to_owned(), Json::text(&self.message)),
            ("file".to_owned(), maybe(&self.file)),
            ("pointer".to_owned(), maybe(&self.pointer)),
        ]);
        Json::Object(vec![("error".to_owned(), error)])
    }

    /// Tells the caller, on stdout as JSON or on stderr in words, and gives the exit code.
    #[must_use]
    pub fn report(&self, json: bool) -> ExitCode {
        // Where nobody listens any more there is nobody to tell.
        let _ = if json {
            std::io::stdout().write_all(pretty(&self.to_json()).as_bytes())
        } else {
            writeln!(std::io::stderr(), "{}", self.sentence())
        };
        ExitCode::from(self.kind.exit_code())
    }

    fn sentence(&self) -> String {
        let place = match (&self.file, self.pointer.as_deref()) {
            (None, _) => String::new(),
            (Some(file), None | Some("")) => format!("{file}: "),
            (Some(file), Some(pointer)) => format!("{file} at {pointer}: "),
        };
        format!("error: {place}{} [{}]", self.message, self.code)
    }
}
