//! What may be asked, field by field.

use super::scene::*;
use super::*;
use parcep_proto::v1alpha1 as pb;

/// R-AGE-026, R-AGE-027
#[test]
fn age_30_a_request_without_a_purpose_or_for_another_audience_is_invalid() {
    let wire = || pb::AgeSignalRequest::from(&request(AgePurpose::AccessGate));
    assert!(SignalRequest::try_from(wire()).is_ok());
    let bad: [Spoil<pb::AgeSignalRequest>; 22] = [
        ("purpose", |r| r.purpose = 0),
        ("purpose", |r| r.purpose = 5),
        ("audience", |r| r.audience.clear()),
        ("audience", |r| r.audience = "a".repeat(256)),
        ("cuts", |r| r.cuts.clear()),
        ("cuts", |r| r.cuts = vec![13, 14]),
        ("least_assurance", |r| r.least_assurance = 6),
        ("least_assurance", |r| r.least_assurance = 2),
        ("established_within", |r| r.established_within = 5),
        ("accepted_methods", |r| r.accepted_methods = vec![7]),
        ("accepted_methods", |r| r.accepted_methods = vec![0]),
        ("accepted_methods", |r| r.accepted_methods = vec![3, 3]),
        ("accepted_methods", |r| r.accepted_methods = vec![3; 9]),
        ("accepted_methods", |r| r.accepted_methods = vec![1, 3]),
        ("accepted_methods", |r| r.accepted_methods = vec![2]),
        ("nonce", |r| r.nonce.truncate(15)),
        ("nonce", |r| r.nonce = vec![1; 65]),
        ("jurisdiction", |r| r.jurisdiction = "us".into()),
        ("jurisdiction", |r| r.jurisdiction = "US-".into()),
        ("jurisdiction", |r| r.jurisdiction = "US-TEXA".into()),
        ("changes", |r| r.changes = vec![vec![1]]),
        ("request", |r| r.changes = vec![vec![1; 32]; 200]),
    ];
    for (field, spoil) in bad {
        let mut spoilt = wire();
        spoil(&mut spoilt);
        assert_eq!(
            SignalRequest::try_from(spoilt).err(),
            Some(InvalidRequest(field))
        );
    }
    // What a gate may not ask, others may.
    for spoil in [
        (|r| r.least_assurance = 2) as fn(&mut pb::AgeSignalRequest),
        |r| r.accepted_methods = vec![2],
        |r| r.changes = vec![vec![1], vec![2; 32]],
        |r| r.jurisdiction = "BR".into(),
        |r| r.jurisdiction = "GB-ENG".into(),
    ] {
        let mut flow = wire();
        flow.purpose = 3;
        spoil(&mut flow);
        assert!(SignalRequest::try_from(flow).is_ok());
    }
    let mut changes = wire();
    changes.purpose = 3;
    for bad in [
        vec![vec![]],
        vec![vec![1; 33]],
        vec![vec![1]; 2],
        vec![vec![1]; 17],
    ] {
        changes.changes = bad;
        let read = SignalRequest::try_from(changes.clone());
        assert_eq!(read.err(), Some(InvalidRequest("changes")));
    }
    // And an issuer looks again at what was not read from bytes.
    let mut made = request(AgePurpose::AccessGate);
    made.nonce = vec![];
    let answer = Scene::new().answer(&made);
    assert_eq!(answer.outcome, AgeOutcome::InvalidRequest);
}

/// R-AGE-026, R-AGE-027: the same of tokens.
#[test]
fn a_request_for_tokens_is_held_to_the_same_form() {
    let cuts = Cuts::new(vec![18]).unwrap();
    let keys = HolderKeys::generate(2, cuts, &mut Counter(1)).unwrap();
    let request = keys.request(Needs::default());
    let wire = || pb::IssueAgeTokensRequest::from(&request);
    assert_eq!(
        TokenRequest::from_bytes(&request.to_bytes()).as_ref(),
        Ok(&request)
    );
    let bad: [Spoil<pb::IssueAgeTokensRequest>; 9] = [
        ("holder_keys", |r| r.holder_keys.clear()),
        ("holder_keys", |r| {
            r.holder_keys[1] = r.holder_keys[0].clone()
        }),
        ("holder_keys", |r| r.holder_keys[1] = vec![0; 32]),
        ("holder_keys", |r| r.holder_keys[1] = vec![1; 31]),
        ("holder_keys", |r| r.holder_keys = vec![vec![]; 31]),
        ("cuts", |r| r.cuts = vec![]),
        ("least_assurance", |r| r.least_assurance = 2),
        ("accepted_methods", |r| r.accepted_methods = vec![1]),
        ("established_within", |r| r.established_within = -1),
    ];
    for (field, spoil) in bad {
        let mut spoilt = wire();
        spoil(&mut spoilt);
        assert_eq!(
            TokenRequest::try_from(spoilt).err(),
            Some(InvalidRequest(field))
        );
    }
    let child = child();
    let answer = issuer(IssuerSettings::default()).issue_tokens(
        Err(InvalidRequest("cuts")),
        Knowledge::Known(&child),
        NOW,
    );
    assert_eq!(answer.to_bytes(), [8, 10]);
}
