//! Whose time it is.

use super::acts;
use super::asked::{Laid, Now};
use super::model::Author;
use super::question::Windows;
use std::collections::BTreeSet;

/// R-EVAL-061: guardians with a layer, one of whose intervals covers the instant. R-TIME-008: nobody
/// while windows are not evaluated.
fn holders<'a>(now: &Now<'a>) -> BTreeSet<&'a str> {
    if now.asked.question.windows != Windows::Evaluated {
        return BTreeSet::new();
    }
    let has_layer = |guardian: &str| {
        let mut layers = now.asked.reading.policy.layers.iter();
        layers.any(|layer| matches!(&layer.author, Author::Guardian(id) if id == guardian))
    };
    let all = now.asked.reading.policy.custody.iter();
    let covers = all.filter(|c| c.from <= now.at && now.at < c.until);
    covers
        .map(|c| c.guardian.as_str())
        .filter(|g| has_layer(g))
        .collect()
}

/// R-EVAL-061: nobody has custody.
fn is_open(now: &Now<'_>) -> bool {
    holders(now).is_empty()
}

/// The author has custody, or custody is open.
pub(super) fn has_or_open(now: &Now<'_>, author: &Author) -> bool {
    match author {
        Author::Guardian(id) => is_open(now) || holders(now).contains(id.as_str()),
        Author::Jurisdiction(_) => is_open(now),
    }
}

/// R-EVAL-061, R-EVAL-044: whether steps 6 and 7 are asked of a layer.
pub(super) fn is_in_force(now: &Now<'_>, laid: &Laid<'_>) -> bool {
    let is_asked = !laid.layer.is_guardians() || has_or_open(now, &laid.layer.author);
    is_asked && !acts::is_suspended(now, laid)
}
