//! Sizes that the row of a payload type allows (R-WIRE-006).

use super::*;

/// An override is a small thing: 16 KiB.
const LIMIT: usize = 16_384;

fn an_override(founder: &mut Founder, bytes: usize) -> Draft {
    let content = vec![7; bytes];
    founder.draft(PayloadType::Override, SectionKind::Override, &content)
}

#[test]
fn a_writer_makes_no_body_above_the_limit_of_its_type() {
    let mut founder = Founder::new();
    let log_id = founder.household.log_id();
    for (bytes, fits) in [(LIMIT / 2, true), (LIMIT, false)] {
        let draft = an_override(&mut founder, bytes);
        let sealed = SealedBody::seal(log_id, draft, &[], &founder.keyring, &mut founder.random);
        assert_eq!(sealed.is_ok(), fits, "{bytes}");
        if let Err(error) = sealed {
            assert_eq!(error, DocumentError::TooLarge("body"));
        }
    }
    // The same bytes fit into a layer, whose row allows more.
    let draft = founder.draft(PayloadType::PolicyLayer, SectionKind::Web, &vec![7; LIMIT]);
    assert!(matches!(founder.append(draft), Outcome::Effect(_)));
}

#[test]
fn what_fills_a_body_looks_like_what_is_sealed() {
    // R-DOC-028
    let mut founder = Founder::new();
    let log_id = founder.household.log_id();
    let place = founder.place();
    for bytes in [100, 1000, 3000] {
        let draft = an_override(&mut founder, bytes);
        let sealed = SealedBody::seal(log_id, draft, &[], &founder.keyring, &mut founder.random);
        let entry = founder.sign(&sealed.unwrap(), place);
        let EntryBody::Kept(body) = entry.body else {
            panic!("kept")
        };
        let behind_wraps = body.get(8..).unwrap();
        let longest = behind_wraps.split(|byte| *byte != 0).map(<[u8]>::len).max();
        assert!(longest < Some(8), "{bytes}: a run of zeros in the open");
    }
}

#[test]
fn a_reader_uses_no_section_of_a_body_above_the_limit_of_its_type() {
    let mut founder = Founder::new();
    let log_id = founder.household.log_id();
    for (bytes, expected) in [(LIMIT * 2, false), (LIMIT, true)] {
        let draft = an_override(&mut founder, 100);
        let body = SealedBody::seal(log_id, draft, &[], &founder.keyring, &mut founder.random)
            .unwrap()
            .padded_to(bytes);
        let place = founder.place();
        let entry = founder.sign(&body, place);
        // R-DOC-026: the effect of a policy document hangs on no size, since a pruned body has none.
        let outcome = founder.take(&entry).unwrap();
        assert!(
            matches!(outcome, Outcome::Effect(_)),
            "{bytes}: {outcome:?}"
        );
        let live = founder.household.live().max_by_key(|live| live.seq);
        let section = live
            .unwrap()
            .document
            .section(SectionKind::Override, &founder.keyring);
        match section {
            Ok(_) => assert!(expected, "{bytes}"),
            Err(error) => assert_eq!((error, expected), (DocumentError::TooLarge("body"), false)),
        }
    }
}
