//! What a product leaves behind: calls to the relay, words in its folder.

use super::Play;
use crate::canary::{Canaries, Value};
use crate::driver::Start;
use crate::stage::serve::Heard;
use crate::trial::{Outcome, StepRole, Stop};
use serde_json::Map;
use std::path::Path;

impl Play<'_> {
    pub(super) fn mark(&mut self) -> Outcome {
        self.marks.push(self.served.stand().heard.len());
        Ok(())
    }

    /// Nothing was sent since the last mark.
    pub(super) fn quiet(&mut self, role: StepRole) -> Outcome {
        let calls = self.calls(1)?;
        let observed = listed(&calls);
        let what = "look at what the relay heard meanwhile";
        self.trial
            .met(role, what, "nothing", &observed, calls.is_empty())
    }

    /// What was sent since the last mark is what was sent before it.
    pub(super) fn alike(&mut self, role: StepRole) -> Outcome {
        let (before, after) = (self.calls(2)?, self.calls(1)?);
        let what = "compare what the relay heard with the time before";
        let (expected, observed) = (listed(&before), listed(&after));
        self.trial
            .met(role, what, &expected, &observed, before == after)
    }

    /// Calls from the last mark but `back` less one to the next mark or now, each with its length.
    fn calls(&self, back: usize) -> Result<Vec<String>, Stop> {
        let none = || Stop::Harness("nothing was marked before".into());
        let at = self.marks.len().checked_sub(back).ok_or_else(none)?;
        let from = *self.marks.get(at).ok_or_else(none)?;
        let stand = self.served.stand();
        let until = self.marks.get(at + 1).copied();
        let heard = stand.heard.get(from..until.unwrap_or(stand.heard.len()));
        let call = |heard: &Heard| format!("{:?} of {} bytes", heard.method, heard.body.len());
        Ok(heard.unwrap_or_default().iter().map(call).collect())
    }

    pub(super) async fn of_age(&mut self, of: usize) -> Outcome {
        let dependant = self.dependant(of)?.to_string();
        let members = Map::from_iter([
            ("event".into(), "of-age".into()),
            ("dependant".into(), dependant.into()),
        ]);
        let answer = self.request("act", members).await?;
        if answer.outcome() == "unsupported" {
            return Err(Stop::NotApplicable(
                "the product takes no age signals".into(),
            ));
        }
        let what = "somebody shows the product that they are of age";
        self.compare(StepRole::Setup, what, &answer, &["ok".into()], &[])
    }

    /// None of these words is in any file of the product, however it is spelt.
    pub(super) fn search_folder(&mut self, without: &[String], role: StepRole) -> Outcome {
        let Start::Program(_) = self.product.start else {
            let why = "the folder of the product is on another device";
            return Err(Stop::NotApplicable(why.into()));
        };
        let words = without.iter().map(|word| {
            let whole = self.fresh.text(word);
            let secret = self.fresh.secret(word).unwrap_or(&whole);
            (whole.clone(), Value::Bytes(secret.into()))
        });
        let words: Vec<_> = words.collect();
        let canaries = Canaries::new(words).map_err(|error| Stop::Harness(error.to_string()))?;
        let found = leftover(self.product.folder(), &canaries)
            .map_err(|error| Stop::Harness(error.to_string()))?;
        let what = "search the folder of the product";
        let expected = "nothing of what is gone";
        let observed = found.clone().unwrap_or_else(|| expected.into());
        self.trial
            .met(role, what, expected, &observed, found.is_none())
    }
}

/// The first word in a file below a folder, and where it stands.
fn leftover(folder: &Path, canaries: &Canaries) -> std::io::Result<Option<String>> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let found = if path.is_dir() {
            leftover(&path, canaries)?
        } else {
            let found = canaries.found(&std::fs::read(&path)?).pop_first();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            found.map(|(word, spelling)| format!("`{word}` ({spelling}) is in `{name}`"))
        };
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

fn listed(calls: &[String]) -> String {
    match calls {
        [] => "nothing".into(),
        calls => calls.join(", "),
    }
}
