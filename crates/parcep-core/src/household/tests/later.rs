//! Rules that begin later.

use super::*;
use crate::document::SealedBody;

const NOW: Option<i64> = None;

/// Appends a layer whose rules begin then, in the place of another.
pub(super) fn planned(
    founder: &mut Founder,
    day_start: u32,
    base: Option<DocumentId>,
    at: Option<i64>,
) -> DocumentId {
    let profile = pb::ProfileSection {
        zone: "UTC".to_owned(),
        day_start_seconds: Some(day_start),
        ..pb::ProfileSection::default()
    };
    let bytes = prost::Message::encode_to_vec(&profile);
    let mut draft = founder.draft(PayloadType::PolicyLayer, SectionKind::Profile, &bytes);
    draft.base = base;
    append(founder, draft, at)
}

fn append(founder: &mut Founder, draft: Draft, at: Option<i64>) -> DocumentId {
    let id = draft.document_id;
    let log_id = founder.household.log_id();
    let body = SealedBody::seal(log_id, draft, &[], &founder.keyring, &mut founder.random);
    let mut body = body.unwrap();
    if let Some(at) = at {
        body = body.beginning(at);
    }
    let entry = founder.sign(&body, founder.place());
    assert_eq!(
        founder.take(&entry),
        Ok(Outcome::Effect(Effect::Document(id)))
    );
    id
}

/// The start of the day by the rules that count at this T_lo.
pub(super) fn day_start(founder: &Founder, lower: Option<i64>) -> Option<u32> {
    let view = founder
        .household
        .view_at(founder.child, &founder.keyring, Need::Everything, lower);
    view.profile.map(|profile| profile.day_start.seconds())
}

#[test]
fn a_layer_that_begins_later_waits_and_the_one_it_replaced_holds_until_then() {
    // R-DOC-024, R-TIME-007
    let mut founder = Founder::new();
    let first = planned(&mut founder, 3600, None, NOW);
    let second = planned(&mut founder, 7200, Some(first), Some(1_000));
    let third = planned(&mut founder, 10_800, Some(second), Some(2_000));
    for (lower, expected) in [
        (None, 3600),
        (Some(i64::MIN), 3600),
        (Some(999), 3600),
        (Some(1_000), 7200),
        (Some(1_999), 7200),
        (Some(2_000), 10_800),
        (Some(i64::MAX), 10_800),
    ] {
        assert_eq!(day_start(&founder, lower), Some(expected), "{lower:?}");
    }
    // What comes at once goes before every plan, and nothing waits behind it.
    planned(&mut founder, 14_400, Some(third), NOW);
    assert_eq!(day_start(&founder, None), Some(14_400));
    assert!(founder.household.until_then.is_empty());
}

#[test]
fn an_act_that_has_not_begun_is_as_if_it_were_not_there() {
    // R-DOC-024, R-EVAL-040
    let mut founder = Founder::new();
    let act = pb::Override {
        id: "lock".to_owned(),
        from: 0,
        until: None,
        act: Some(pb::r#override::Act::LockNow(pb::LockNow::default())),
    };
    let bytes = prost::Message::encode_to_vec(&act);
    let draft = founder.draft(PayloadType::Override, SectionKind::Override, &bytes);
    append(&mut founder, draft, Some(500));
    let acts = |lower| {
        let (child, keyring) = (founder.child, &founder.keyring);
        let view = founder
            .household
            .view_at(child, keyring, Need::Everything, lower);
        view.overrides.len()
    };
    assert_eq!([None, Some(499), Some(500)].map(acts), [0, 0, 1]);
}

#[test]
fn who_plans_without_end_keeps_the_last_eight() {
    // R-DOC-024
    let mut founder = Founder::new();
    let mut base = None;
    for step in 0..20_u32 {
        base = Some(planned(
            &mut founder,
            step * 60,
            base,
            Some(1_000 + i64::from(step)),
        ));
    }
    let waiting = founder.household.until_then.values().flatten();
    assert_eq!(waiting.count(), 8);
    assert_eq!(day_start(&founder, Some(1_019)), Some(19 * 60));
    assert_eq!(day_start(&founder, Some(1_012)), Some(12 * 60));
}
