//! Lies about the chain: back, forked, with gaps, in another order.

use super::scene::{ALL, CHILD, CONSOLE, PHONE, Scene, TABLET, TV};
use super::{Behaviour, Bound, row};
use parcep_conformance::stage::Broken;
use parcep_conformance::stage::attack::{Attack, another_household};
use parcep_conformance::stage::lie::Lie;
use parcep_core::reason::Reason;
use parcep_proto::v1alpha1 as pb;

pub(super) const ROWS: &[Behaviour] = &[
    row(
        "roll-back",
        "puts yesterday's store back and says nothing",
        Bound::OneExchange(Reason::Rollback),
        &["R-LOG-005"],
        roll_back,
    ),
    row(
        "fork",
        "shows two halves of a family two logs, and then one of them the other",
        Bound::OneExchange(Reason::Fork),
        &["R-LOG-006", "R-MOVE-001"],
        fork,
    ),
    row(
        "drop",
        "leaves an entry out of what it serves",
        Bound::AtOnce(Reason::Gap),
        &["R-LOG-004"],
        drop_entry,
    ),
    row(
        "duplicate",
        "serves every entry twice",
        Bound::Harmless("an entry that was applied is passed over"),
        &["R-LOG-014"],
        duplicate,
    ),
    row(
        "reorder",
        "serves a page backwards",
        Bound::AtOnce(Reason::OutOfOrder),
        &["R-LOG-014"],
        reorder,
    ),
    row(
        "swap-households",
        "serves another family's entries",
        Bound::AtOnce(Reason::WrongPlace),
        &["R-LOG-004", "R-DOC-004"],
        swap_households,
    ),
    row(
        "wrong-genesis",
        "serves a newcomer another family's log from the start",
        Bound::AtOnce(Reason::WrongAnchor),
        &["R-LOG-003", "R-JOIN-001"],
        wrong_genesis,
    ),
    row(
        "withhold-member",
        "leaves one member's entries out for the others",
        Bound::AtOnce(Reason::Gap),
        &["R-LOG-004"],
        withhold_member,
    ),
    row(
        "rewrite-history",
        "serves another entry at a place that was applied",
        Bound::AtOnce(Reason::Rollback),
        &["R-LOG-005"],
        rewrite,
    ),
    row(
        "junk-entries",
        "puts an entry of its own making before the true ones",
        Bound::Harmless(
            "it opens for nobody, is skipped, and is dropped when the chain goes on without it",
        ),
        &["R-LOG-009"],
        junk,
    ),
];

fn roll_back(scene: &mut Scene) -> Result<(), Broken> {
    let yesterday = scene.relay.back_up();
    scene.lock(PHONE)?;
    for at in ALL {
        let now = scene.family.now;
        let (family, mut liar) = scene.parts();
        family.device_mut(at)?.sync(&mut liar, now)?;
    }
    scene.attack(|relay| relay.roll_back(&yesterday));
    ALL.into_iter().try_for_each(|at| scene.visit(at))
}

fn fork(scene: &mut Scene) -> Result<(), Broken> {
    let fork = scene.relay.back_up();
    scene.lock(PHONE)?;
    for at in [PHONE, CONSOLE] {
        let now = scene.family.now;
        let (family, mut liar) = scene.parts();
        family.device_mut(at)?.sync(&mut liar, now)?;
    }
    scene.attack(|relay| relay.roll_back(&fork));
    // The tablet writes at the same place of the other log; then the first half is shown it too.
    scene.lock(TABLET)?;
    scene.visit(PHONE)?;
    scene.visit(CONSOLE)
}

fn drop_entry(scene: &mut Scene) -> Result<(), Broken> {
    scene.lock(PHONE)?;
    scene.lock(PHONE)?;
    let next = scene.device(TABLET)?.member()?.head().0;
    scene.under(Attack::Gap, next)?;
    [TABLET, CHILD, CONSOLE, TV]
        .into_iter()
        .try_for_each(|at| scene.visit(at))
}

fn duplicate(scene: &mut Scene) -> Result<(), Broken> {
    let id = scene.lock(PHONE)?;
    scene.under(Attack::Duplicate, 0)?;
    [TABLET, CHILD, CONSOLE, TV]
        .into_iter()
        .try_for_each(|at| scene.visit(at))?;
    scene.harm_unless_all_hold(id)
}

fn reorder(scene: &mut Scene) -> Result<(), Broken> {
    scene.lock(PHONE)?;
    scene.lock(PHONE)?;
    scene.under(Attack::Reorder, 0)?;
    [TABLET, CHILD, CONSOLE, TV]
        .into_iter()
        .try_for_each(|at| scene.visit(at))
}

fn swap_households(scene: &mut Scene) -> Result<(), Broken> {
    scene.lock(PHONE)?;
    scene.under(Attack::OtherHousehold, 0)?;
    [TABLET, CHILD, CONSOLE, TV]
        .into_iter()
        .try_for_each(|at| scene.visit(at))
}

fn wrong_genesis(scene: &mut Scene) -> Result<(), Broken> {
    let others = another_household(77)?;
    let child = scene.child()?;
    let now = scene.family.now;
    let category = parcep_core::epoch::PepCategory::Tv;
    let (family, mut liar) = scene.parts();
    family.invite_point(PHONE, category, vec![child], &mut liar)?;
    let newcomer = family.devices.len() - 1;
    family.now = now + 1;
    scene.lie(Lie::none().entries(move |entries| {
        let page = others
            .iter()
            .filter(|other| entries.iter().any(|e| e.seq == other.seq));
        *entries = page.cloned().collect();
    }));
    scene.visit(newcomer)
}

fn withhold_member(scene: &mut Scene) -> Result<(), Broken> {
    let next = scene.device(TABLET)?.member()?.head().0;
    scene.lock(PHONE)?;
    let now = scene.family.now;
    let (family, mut liar) = scene.parts();
    family.device_mut(TABLET)?.sync(&mut liar, now)?;
    scene.lock(TABLET)?;
    // The phone's entry is at `next`, the tablet's behind it.
    scene.under(Attack::Gap, next)?;
    [CHILD, CONSOLE, TV]
        .into_iter()
        .try_for_each(|at| scene.visit(at))
}

fn rewrite(scene: &mut Scene) -> Result<(), Broken> {
    scene.under(Attack::Rewrite, 0)?;
    ALL.into_iter().try_for_each(|at| scene.visit(at))
}

fn junk(scene: &mut Scene) -> Result<(), Broken> {
    let (next, head) = scene.device(TV)?.member()?.head();
    let junk = pb::Entry {
        seq: next,
        prev: head.0.to_vec(),
        generation: 1,
        header: vec![7; 1024].into(),
        body: Some(vec![9; 1024].into()),
        ..pb::Entry::default()
    };
    let now = scene.family.now;
    if !scene.is_honest() {
        use prost::Message as _;
        let item = pb::watch_response::Item::Entry(junk);
        let item = pb::WatchResponse { item: Some(item) }.encode_to_vec();
        let (family, _) = scene.parts();
        for at in [TABLET, CHILD, CONSOLE, TV] {
            family.device_mut(at)?.member_mut()?.watch_item(&item);
        }
    }
    scene.family.now = now + 1;
    let id = scene.lock(PHONE)?;
    [TABLET, CHILD, CONSOLE, TV]
        .into_iter()
        .try_for_each(|at| scene.visit(at))?;
    scene.harm_unless_all_hold(id)
}
