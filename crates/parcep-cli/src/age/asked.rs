//! What an audience or a holder asks for, beside cut points.

use super::values;
use clap::Args;
use parcep_core::age::{AgeAssurance, AgeEstablished, AgeMethod, Needs};

/// How an age has to be known. What is asked for is told, and nothing else (R-AGE-028).
#[derive(Debug, Clone, Args)]
pub struct Asked {
    /// Accept an age that is known in this way alone, or in one of several: self-declared,
    /// guardian-declared, verified, estimated, inferred, checked-undifferentiated
    #[arg(long, value_name = "METHODS", value_delimiter = ',', value_parser = values::method)]
    pub method: Vec<AgeMethod>,
    /// At least this sure: asserted, basic, standard, enhanced, strict
    #[arg(long, default_value = "not-told", value_parser = values::assurance, value_name = "ASSURANCE", hide_default_value = true)]
    pub assurance: AgeAssurance,
    /// Checked at most so long ago: within-day, within-30-days, within-365-days
    #[arg(long, default_value = "not-told", value_parser = values::established, value_name = "TIME", hide_default_value = true)]
    pub within: AgeEstablished,
}

impl Asked {
    pub(super) fn needs(&self) -> Needs {
        Needs {
            least_assurance: self.assurance,
            accepted_methods: self.method.clone(),
            established_within: self.within,
        }
    }
}
