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
fn a_reader_gives_no_effect_to_a_body_above_the_limit_of_its_type() {
    let mut founder = Founder::new();
    let log_id = founder.household.log_id();
    for (bytes, expected) in [(LIMIT * 2, false), (LIMIT, true)] {
        let draft = an_override(&mut founder, 100);
        let body = SealedBody::seal(log_id, draft, &[], &founder.keyring, &mut founder.random)
            .unwrap()
            .padded_to(bytes);
        let place = founder.place();
        let entry = founder.sign(&body, place);
        let outcome = founder.take(&entry).unwrap();
        match outcome {
            Outcome::Effect(_) => assert!(expected, "{bytes}"),
            other => assert_eq!(
                (other, expected),
                (Outcome::NoEffect(Reason::TooLarge), false)
            ),
        }
    }
}
