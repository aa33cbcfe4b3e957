//! Long lists as documents.

use super::*;
use crate::crypto::sha256;
use crate::hosts::canonical_text;

fn list(founder: &mut Founder, bytes: &[u8]) -> Draft {
    let child = founder.child;
    Draft {
        dependant: Some(child),
        ..founder.draft(PayloadType::List, SectionKind::Web, bytes)
    }
}

#[test]
fn a_list_is_found_by_the_hash_of_its_text_by_those_who_are_given_web_rules() {
    // R-DOC-029, R-DOC-011
    let mut founder = Founder::new();
    let text = canonical_text(["b.example", "a.example"].map(|host| host.parse().unwrap()));
    let draft = list(&mut founder, text.as_bytes());
    let id = draft.document_id;
    assert_eq!(founder.append(draft), Outcome::Effect(Effect::Document(id)));
    let second = list(&mut founder, b"z.example\n");
    assert!(
        matches!(founder.append(second), Outcome::Effect(_)),
        "several live at once"
    );
    let broken = list(&mut founder, b"\xff");
    let broken_id = broken.document_id;
    founder.append(broken);

    let child = founder.child;
    let name = sha256(text.as_bytes());
    for (category, given) in [
        (PepCategory::DeviceOs, true),
        (PepCategory::AccessNetwork, true),
        (PepCategory::Tv, false),
    ] {
        let point = Audience::EnforcementPoint {
            device: DeviceId::from_bytes([5; 16]),
            category,
            dependants: vec![child],
        };
        let keyring = point.select(&founder.keyring);
        let view = founder
            .household
            .view(child, &keyring, Need::Category(category));
        assert_eq!(
            view.lists.get(&name).map(AsRef::as_ref),
            given.then_some(text.as_str())
        );
        assert_eq!(view.lists.len(), if given { 2 } else { 0 });
        assert_eq!(
            view.pending,
            [],
            "a list that nobody names holds nothing back"
        );
        let damaged = [(broken_id, SectionKind::Web, Reason::Malformed)];
        assert_eq!(view.damaged, damaged[..usize::from(given)]);
    }
}

#[test]
fn a_list_ends_by_what_names_it_as_base_and_stands_in_the_live_root() {
    // R-DOC-008, R-REG-006
    let mut founder = Founder::new();
    let first = list(&mut founder, b"a.example\n");
    let mut second = list(&mut founder, b"b.example\n");
    second.base = Some(first.document_id);
    let ids = (first.document_id, second.document_id);
    founder.append(first);
    assert!(founder.household.live_document(ids.0).is_some());
    founder.append(second);
    let live: Vec<_> = founder.household.live().map(Live::id).collect();
    assert_eq!(live, [ids.1]);
}
