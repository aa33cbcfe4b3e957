//! Lies about where the log stands: statuses, bookmarks, endless or empty pages, freezes.

use super::scene::{ALL, CHILD, CONSOLE, PHONE, Scene, TABLET, TV};
use super::{Behaviour, Bound, row};
use parcep_conformance::stage::Broken;
use parcep_conformance::stage::attack::Attack;
use parcep_conformance::stage::lie::Lie;
use parcep_core::member::{Method, Refusal};
use parcep_core::reason::Reason;
use parcep_proto::v1alpha1 as pb;
use pb::watch_response::Item;

/// Everybody but the phone that wrote last.
const READERS: [usize; 4] = [TABLET, CHILD, CONSOLE, TV];

pub(super) const ROWS: &[Behaviour] = &[
    row(
        "freeze",
        "serves the log as it was, and hands beats on",
        Bound::NextBeat(Reason::Withheld),
        &["R-LOG-015"],
        freeze,
    ),
    row(
        "status-ahead",
        "names a head in its status and serves nothing up to it",
        Bound::AtOnce(Reason::NotServed),
        &["R-LOG-016"],
        |scene| everybody(scene, Attack::StatusAhead),
    ),
    row(
        "status-behind",
        "names fewer entries in its status than it served, with the newest head",
        Bound::AtOnce(Reason::NotServed),
        &["R-LOG-016"],
        |scene| everybody(scene, Attack::StatusBehind),
    ),
    row(
        "status-other-head",
        "names another head for the same place",
        Bound::AtOnce(Reason::NotServed),
        &["R-LOG-016"],
        |scene| everybody(scene, Attack::StatusOtherHead),
    ),
    row(
        "bookmark-other-head",
        "signs bookmarks with another head for the same place",
        Bound::AtOnce(Reason::Fork),
        &["R-LOG-006", "R-RELAY-012"],
        |scene| everybody(scene, Attack::BookmarkOtherHead),
    ),
    row(
        "empty-pages",
        "says that there is more and sends nothing, again and again",
        Bound::AtOnce(Reason::NotServed),
        &["R-LOG-016"],
        empty_pages,
    ),
    row(
        "slow-trickle",
        "serves one entry at a time",
        Bound::Harmless("every page brings the member on; a page that does not is NOT_SERVED"),
        &["R-RELAY-010", "R-LOG-016"],
        trickle,
    ),
    row(
        "endless-data",
        "makes up new entries for as long as somebody asks",
        Bound::AtOnce(Reason::NotServed),
        &["R-LOG-016", "R-LOG-009"],
        endless,
    ),
    row(
        "acknowledged-but-dropped",
        "acknowledges an append and drops it",
        Bound::OneExchange(Reason::Rollback),
        &["R-LOG-005", "R-RELAY-002"],
        dropped,
    ),
    row(
        "refused-but-stored",
        "says STALE_HEAD to an append and stores it",
        Bound::Harmless("the author finds its own document in the log and writes it once"),
        &["R-LOG-011", "R-DOC-017"],
        stored,
    ),
    row(
        "silent-append",
        "takes every second append and never answers it",
        Bound::Harmless("the author looks for its document before it signs again"),
        &["R-LOG-011", "R-DOC-021"],
        silent,
    ),
];

fn everybody(scene: &mut Scene, what: Attack) -> Result<(), Broken> {
    let next = scene.device(TV)?.member()?.head().0;
    scene.under(what, next)?;
    ALL.into_iter().try_for_each(|at| scene.visit(at))
}

fn freeze(scene: &mut Scene) -> Result<(), Broken> {
    let frozen = scene.relay.logs().values().next().map(|log| log.status());
    let frozen = frozen.ok_or_else(|| Broken::new("no log"))?;
    scene.lock(PHONE)?;
    scene.beat(PHONE)?;
    let (end, status) = (frozen.next_seq, frozen);
    let again = status.clone();
    scene.lie(
        Lie::none()
            .reply(Method::Read, move |page: &mut pb::ReadResponse| {
                page.entries.retain(|entry| entry.seq < end);
                page.status = Some(status.clone());
            })
            .reply(
                Method::OpenSession,
                move |opened: &mut pb::OpenSessionResponse| {
                    opened.status = Some(again.clone());
                },
            )
            .items(move |item| {
                if let Item::Entry(_) | Item::Bookmark(_) = item {
                    *item = Item::Compaction(pb::Compaction { below_seq: 1 });
                }
            }),
    );
    // The beat comes on the watch; the next reading shows that the relay does not serve so far.
    for at in READERS {
        scene.visit(at)?;
        scene.visit(at)?;
    }
    Ok(())
}

fn empty_pages(scene: &mut Scene) -> Result<(), Broken> {
    scene.write(PHONE)?;
    scene.under(Attack::EmptyPages, 0)?;
    READERS.into_iter().try_for_each(|at| scene.visit(at))
}

fn trickle(scene: &mut Scene) -> Result<(), Broken> {
    for _ in 0..6 {
        scene.lock(PHONE)?;
    }
    let id = scene.lock(PHONE)?;
    scene.under(Attack::OneAtATime, 0)?;
    READERS.into_iter().try_for_each(|at| scene.visit(at))?;
    scene.harm_unless_all_hold(id)
}

fn endless(scene: &mut Scene) -> Result<(), Broken> {
    scene.under(Attack::Endless, 0)?;
    READERS.into_iter().try_for_each(|at| scene.visit(at))
}

fn dropped(scene: &mut Scene) -> Result<(), Broken> {
    let before = scene.relay.back_up();
    for at in [PHONE, TABLET] {
        scene.lock(at)?;
        scene.attack(|relay| relay.roll_back(&before));
        scene.visit(at)?;
    }
    Ok(())
}

fn stored(scene: &mut Scene) -> Result<(), Broken> {
    let mut refused = false;
    scene.lie(Lie::none().call(Method::Append, move |relay, call, now| {
        let answer = parcep_conformance::stage::Wire::call(relay, call, now);
        if std::mem::replace(&mut refused, true) {
            return answer;
        }
        Err(Refusal::Reason(Reason::StaleHead))
    }));
    once(scene)
}

fn silent(scene: &mut Scene) -> Result<(), Broken> {
    let mut calls = 0;
    scene.lie(Lie::none().call(Method::Append, move |relay, call, now| {
        let answer = parcep_conformance::stage::Wire::call(relay, call, now);
        calls += 1;
        if calls % 2 == 1 {
            return Err(Refusal::Unknown);
        }
        answer
    }));
    once(scene)
}

/// A lock is written once, whatever the relay answers.
fn once(scene: &mut Scene) -> Result<(), Broken> {
    let before = scene.device(PHONE)?.member()?.head().0;
    let id = scene.lock(PHONE)?;
    ALL.into_iter().try_for_each(|at| scene.visit(at))?;
    scene.harm_unless_all_hold(id)?;
    let after = scene.device(PHONE)?.member()?.head().0;
    scene.harm_if(after != before + 1, "the document stands twice");
    Ok(())
}
