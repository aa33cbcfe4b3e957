//! A fork as its household reads it: who wrote what in each story, what is obeyed while it lasts, and what
//! ends it (R-MOVE-001 to R-MOVE-006).

use crate::failure::Failure;
use crate::online::failed;
use crate::online::log::explain::Line;
use crate::online::log::told;
use crate::online::who::{Who, short};
use parcep_client::guardian::Guardian;
use parcep_client::{Store, forks};
use parcep_core::household::Household;
use parcep_core::log::ForkProof;
use parcep_core::member::{Chain, Failure as Fault, Why};
use serde::Serialize;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

/// Most entries of a story that are told one by one.
const MOST: usize = 20;

/// What is known of a fork.
#[derive(Debug, Serialize)]
pub(super) struct Fork {
    /// This folder's story first.
    stories: Vec<Story>,
    obeyed: Vec<String>,
    next: Vec<String>,
    /// What a proof says that shows no story.
    proof: Option<String>,
}

/// One continuation of the log.
#[derive(Debug, Serialize)]
struct Story {
    /// Whether this folder follows it.
    this: bool,
    /// First place at which it differs.
    from: u64,
    entries: u64,
    head: String,
    /// How many guardians it takes there to end the others.
    threshold: u32,
    told: Vec<Line>,
}

impl Fork {
    /// What a guardian's folder knows; `None` if there is no fork. `told` is what the relay at hand is not
    /// believed for.
    pub(super) fn of(
        guardian: &mut Guardian,
        who: &Who,
        told: Option<Fault>,
        folder: &Path,
    ) -> Result<Option<Self>, Failure> {
        let entries = guardian.driver().store().entries().map_err(failed)?;
        let held = forks::held(guardian.driver().store()).map_err(failed)?;
        let member = guardian.driver().member();
        let branches = member.branches().iter();
        let forks: Vec<_> = branches
            .filter(|branch| branch.why() == Why::Fork)
            .collect();
        let Some(from) = forks.iter().map(|branch| branch.from()).min() else {
            let proof = held.and_then(|bytes| ForkProof::decode(&bytes));
            let proof = proof.filter(|proof| !is_over(member.household(), proof.place()));
            let proof = proof.as_ref().and_then(without_story);
            let next = told.map(not_believed);
            let nothing = proof.is_none() && next.is_none();
            return Ok((!nothing).then(|| Self {
                stories: Vec::new(),
                obeyed: Vec::new(),
                next: next.into_iter().collect(),
                proof,
            }));
        };
        let tell = |chain: &Chain, entries: Vec<_>, from, this| {
            let told = told::tell(member, who, chain, entries, from);
            let told = told.iter().take(MOST).map(|entry| Line::of(entry, who));
            Story {
                this,
                from,
                entries: chain.next_seq(),
                head: chain.head().to_hex(),
                threshold: chain
                    .household()
                    .map_or(1, |h| h.constitution().threshold()),
                told: told.collect(),
            }
        };
        let mut stories = vec![tell(member.chain(), entries.clone(), from, true)];
        for branch in &forks {
            let common = entries.iter().filter(|entry| entry.seq < branch.from());
            let all = common.chain(branch.entries()).cloned().collect();
            stories.push(tell(branch.chain(), all, branch.from(), false));
        }
        let next = ways(&stories, folder);
        let households: Vec<_> = member.households().collect();
        Ok(Some(Self {
            obeyed: obeyed(&households, who),
            next,
            stories,
            proof: None,
        }))
    }

    /// Whether there are two stories to choose from.
    pub(super) fn has_stories(&self) -> bool {
        !self.stories.is_empty()
    }

    /// For a person.
    pub(super) fn words(&self) -> String {
        let mut words = String::new();
        if let [first, ..] = self.stories.as_slice() {
            let _ = writeln!(
                words,
                "FORK        the log was told in {} ways, which part behind entry {}",
                self.stories.len(),
                first.from.saturating_sub(1)
            );
        }
        for story in &self.stories {
            words.push_str(&story.words());
        }
        for (index, line) in self.obeyed.iter().enumerate() {
            let heading = if index == 0 { "Obeyed now" } else { "" };
            let _ = writeln!(words, "{heading:11} {line}");
        }
        if let Some(proof) = &self.proof {
            let _ = writeln!(words, "FORK        {proof}");
        }
        for line in &self.next {
            let _ = writeln!(words, "Next        {line}");
        }
        words
    }
}

impl Story {
    fn words(&self) -> String {
        let which = match self.this {
            true => "This folder's story",
            false => "Another story",
        };
        let mut words = format!(
            "{which}, with the head {}, from entry {} on:\n",
            short(&self.head),
            self.from
        );
        for line in &self.told {
            words.push_str(&line.words());
        }
        let more = self.entries.saturating_sub(self.from) as usize;
        if let Some(more) = more.checked_sub(self.told.len()).filter(|more| *more > 0) {
            let _ = writeln!(words, "    and {more} entries more");
        }
        words
    }
}

/// Guardians have ended what was before this place (R-MOVE-006).
fn is_over(household: Option<&Household>, place: u64) -> bool {
    let said = household.into_iter().flat_map(Household::resolutions);
    said.into_iter().any(|said| said.seq > place)
}

/// What a proof says by itself, if it brings no story along.
pub(in crate::online) fn without_story(proof: &ForkProof) -> Option<String> {
    let ForkProof::Bookmarks(pair) = proof else {
        return None;
    };
    let [one, other] = pair.as_ref().each_ref().map(|signed| {
        let head = signed.bookmark.as_ref().map(|bookmark| &bookmark.head);
        let head = head.map(|head| parcep_core::hex::encode(head));
        short(&head.unwrap_or_default())
    });
    Some(format!(
        "a relay signed two heads for entry {}, {one} and {other}: it told two stories. The proof holds no \
         entry of the other one, so there is nothing of it to show, to obey or to choose, and this folder \
         goes on with its own. A relay that tells the other brings it: `parcep household status --relay \
         URI`",
        proof.place()
    ))
}

/// A relay tells another story, and there is none to choose.
fn not_believed(fault: Fault) -> String {
    format!(
        "this relay tells another story from entry {} on and is not believed. Where neither changes the \
         constitution the fork has ended by itself, here with the story of this folder: give `--relay` of \
         one that tells it",
        fault.seq
    )
}

/// The commands that end it.
fn ways(stories: &[Story], folder: &Path) -> Vec<String> {
    let resolve = format!("parcep household resolve --household {}", folder.display());
    let ways = stories.iter().map(|story| {
        let consents = match story.threshold {
            1 => String::new(),
            more => format!(", when {more} guardians have agreed"),
        };
        let head = short(&story.head);
        match story.this {
            true => format!("`{resolve}`: this folder's story goes on{consents}"),
            false => format!(
                "`{resolve} --branch {head}`: the story with the head {head} goes on{consents}"
            ),
        }
    });
    ways.collect()
}

/// What holds while there are several households at once (R-MOVE-002, R-MOVE-003).
fn obeyed(households: &[&Household], who: &Who) -> Vec<String> {
    let mut lines = vec![
        "each question is answered by the story that is stricter in it; of two that allow, by the one \
         with less time left"
            .to_owned(),
    ];
    let guardians = |household: &&Household| -> BTreeSet<_> {
        let rows = household.constitution().guardians().iter();
        rows.map(|guardian| guardian.id).collect()
    };
    for id in not_common(households, guardians) {
        let name = who.person(id);
        lines.push(format!(
            "{name} is a guardian in one story only, and counts as none"
        ));
    }
    let devices = |household: &&Household| -> BTreeSet<_> {
        let people = household.people().map(|(_, device)| device.id);
        let points = household.enforcement_points().map(|point| point.id);
        people.chain(points).collect()
    };
    for id in not_common(households, devices) {
        let home = households
            .iter()
            .find(|household| household.key_of(id).is_some());
        let name = who.device(home.copied(), id);
        lines.push(format!(
            "{name} is listed in one story only, and is handed no new secret"
        ));
    }
    lines
}

/// What some of them have, and not all.
fn not_common<T: Ord + Copy>(
    households: &[&Household],
    of: impl Fn(&&Household) -> BTreeSet<T>,
) -> Vec<T> {
    let sets: Vec<_> = households.iter().map(of).collect();
    let all: BTreeSet<T> = sets.iter().flatten().copied().collect();
    let common = |id: &T| sets.iter().all(|set| set.contains(id));
    all.into_iter().filter(|id| !common(id)).collect()
}

/// What a member knows that was shown a proof.
pub(in crate::online) fn shown(store: &mut Store, proof: &ForkProof) -> Result<String, Failure> {
    if let Some(words) = without_story(proof) {
        return Ok(format!("FORK        {words}\n"));
    }
    let forked = store.member().map_err(failed)?.is_forked();
    Ok(if forked {
        crate::online::FORK.to_owned()
    } else {
        "The two stories change no constitution: whoever has both goes on with the same one, without \
         anybody's word.\n"
            .to_owned()
    })
}
