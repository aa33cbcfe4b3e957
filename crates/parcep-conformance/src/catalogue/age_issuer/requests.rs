//! Requests that are not proper: one defect each, beside the request without it.

use super::{Desk, outcome_of};
use crate::catalogue::{Kind, Role, Run, Running, Spoil, Test};
use crate::peer::Refusal;
use crate::trial::{Outcome, StepRole, Stop, Trial};
use parcep_proto::v1alpha1 as pb;
use pb::{AgeAssurance, AgeMethod, AgeOutcome, AgePurpose};
use prost::Message as _;

pub(in crate::catalogue) const TESTS: &[Test] = &[
    Test {
        id: "T-AGE-020-audience",
        title: "answers INVALID_REQUEST to whoever names another audience than it sees",
        cites: &["R-AGE-013", "R-AGE-026"],
        role: Role::AgeIssuer,
        kind: Kind::Negative,
        quick: true,
        run: Run::Code(audience),
    },
    Test {
        id: "T-AGE-021-purpose",
        title: "answers INVALID_REQUEST to a purpose that it does not know",
        cites: &["R-AGE-026"],
        role: Role::AgeIssuer,
        kind: Kind::Negative,
        quick: true,
        run: Run::Code(purpose),
    },
    Test {
        id: "T-AGE-022-cut-points",
        title: "answers INVALID_REQUEST to cut points of another form",
        cites: &["R-AGE-005", "R-AGE-026"],
        role: Role::AgeIssuer,
        kind: Kind::Negative,
        quick: true,
        run: Run::Code(cut_points),
    },
    Test {
        id: "T-AGE-023-filters",
        title: "answers INVALID_REQUEST to filters that it does not know",
        cites: &["R-AGE-026"],
        role: Role::AgeIssuer,
        kind: Kind::Negative,
        quick: true,
        run: Run::Code(filters),
    },
    Test {
        id: "T-AGE-024-nonce",
        title: "answers INVALID_REQUEST to a nonce that is missing, short or long",
        cites: &["R-AGE-026"],
        role: Role::AgeIssuer,
        kind: Kind::Negative,
        quick: true,
        run: Run::Code(nonce),
    },
    Test {
        id: "T-AGE-025-jurisdiction",
        title: "answers INVALID_REQUEST to a jurisdiction that is no code",
        cites: &["R-AGE-026"],
        role: Role::AgeIssuer,
        kind: Kind::Negative,
        quick: true,
        run: Run::Code(jurisdiction),
    },
    Test {
        id: "T-AGE-026-changes",
        title: "answers INVALID_REQUEST to changes of another form, or where no consent is asked",
        cites: &["R-AGE-026"],
        role: Role::AgeIssuer,
        kind: Kind::Negative,
        quick: true,
        run: Run::Code(changes),
    },
    Test {
        id: "T-AGE-027-declared",
        title: "tells no gate who is declared by whom",
        cites: &["R-AGE-027"],
        role: Role::AgeIssuer,
        kind: Kind::Negative,
        quick: true,
        run: Run::Code(declared),
    },
    Test {
        id: "T-AGE-028-other-set",
        title: "answers an audience by one set of cut points alone",
        cites: &["R-AGE-015", "R-AGE-037", "R-AGE-030"],
        role: Role::AgeIssuer,
        kind: Kind::Negative,
        quick: true,
        run: Run::Code(other_set),
    },
    Test {
        id: "T-AGE-029-large",
        title: "answers INVALID_REQUEST to more than 4096 bytes",
        cites: &["R-AGE-026"],
        role: Role::AgeIssuer,
        kind: Kind::Negative,
        quick: true,
        run: Run::Code(large),
    },
    Test {
        id: "T-AGE-030-garbage",
        title: "goes on answering after bytes that are no request",
        cites: &["R-AGE-026", "R-AGE-030"],
        role: Role::AgeIssuer,
        kind: Kind::Fault,
        quick: true,
        run: Run::Code(garbage),
    },
];

type Defects = &'static [(&'static str, Spoil<pb::AgeSignalRequest>)];

fn audience(t: &mut Trial) -> Running<'_> {
    const DEFECTS: Defects = &[
        ("another audience", |r| {
            r.audience = "https://other.example".into()
        }),
        ("the audience with a dot behind it", |r| {
            r.audience.push('.')
        }),
        ("the audience with a blank before it", |r| {
            r.audience.insert(0, ' ')
        }),
        ("the audience in other letters", |r| {
            r.audience = other_case(&r.audience)
        }),
        ("no audience", |r| r.audience.clear()),
        ("an audience of 256 bytes", |r| r.audience = "a".repeat(256)),
    ];
    Box::pin(refused(t, AgePurpose::AccessGate, DEFECTS))
}

fn purpose(t: &mut Trial) -> Running<'_> {
    const DEFECTS: Defects = &[
        ("no purpose", |r| r.purpose = 0),
        ("purpose 5", |r| r.purpose = 5),
        ("purpose 99", |r| r.purpose = 99),
        ("purpose -1", |r| r.purpose = -1),
    ];
    Box::pin(refused(t, AgePurpose::AccessGate, DEFECTS))
}

fn cut_points(t: &mut Trial) -> Running<'_> {
    const DEFECTS: Defects = &[
        ("no cut points", |r| r.cuts.clear()),
        ("four cut points", |r| r.cuts = vec![10, 13, 16, 18]),
        ("3000 cut points", |r| r.cuts = (0..3000).collect()),
        ("cut point 0", |r| r.cuts = vec![0, 13]),
        ("cut point 22", |r| r.cuts = vec![18, 22]),
        ("cut points one year apart", |r| r.cuts = vec![13, 14]),
        ("cut points one year apart at the end", |r| {
            r.cuts = vec![13, 17, 18]
        }),
        ("descending cut points", |r| r.cuts.reverse()),
        ("a cut point twice", |r| r.cuts = vec![13, 13]),
    ];
    Box::pin(async move {
        // Of a single cut point the reverse is no defect.
        refused_where(t, AgePurpose::AccessGate, DEFECTS, |before, after| {
            before.cuts != after.cuts
        })
        .await
    })
}

fn filters(t: &mut Trial) -> Running<'_> {
    const DEFECTS: Defects = &[
        ("assurance 6", |r| r.least_assurance = 6),
        ("assurance -1", |r| r.least_assurance = -1),
        ("established within 5", |r| r.established_within = 5),
        ("method 0", |r| r.accepted_methods = vec![0, 3]),
        ("method 8", |r| r.accepted_methods = vec![3, 8]),
        ("method NOT_TOLD", |r| r.accepted_methods = vec![3, 7]),
        ("a method twice", |r| r.accepted_methods = vec![3, 4, 3]),
        ("nine methods", |r| {
            r.accepted_methods = vec![1, 2, 3, 4, 5, 6, 1, 2, 3]
        }),
    ];
    Box::pin(refused(t, AgePurpose::AccessGate, DEFECTS))
}

fn nonce(t: &mut Trial) -> Running<'_> {
    const DEFECTS: Defects = &[
        ("no nonce", |r| r.nonce.clear()),
        ("a nonce of 15 bytes", |r| r.nonce.truncate(15)),
        ("a nonce of 65 bytes", |r| r.nonce = vec![7; 65]),
    ];
    Box::pin(refused(t, AgePurpose::AccessGate, DEFECTS))
}

fn jurisdiction(t: &mut Trial) -> Running<'_> {
    const DEFECTS: Defects = &[
        ("jurisdiction `U`", |r| r.jurisdiction = "U".into()),
        ("jurisdiction `us`", |r| r.jurisdiction = "us".into()),
        ("jurisdiction `USA`", |r| r.jurisdiction = "USA".into()),
        ("jurisdiction `US-`", |r| r.jurisdiction = "US-".into()),
        ("jurisdiction `US-ca`", |r| r.jurisdiction = "US-ca".into()),
        ("jurisdiction `US-ABCD`", |r| {
            r.jurisdiction = "US-ABCD".into()
        }),
        ("jurisdiction `US_CA`", |r| r.jurisdiction = "US_CA".into()),
    ];
    Box::pin(refused(t, AgePurpose::LegalCompliance, DEFECTS))
}

fn changes(t: &mut Trial) -> Running<'_> {
    const DEFECTS: Defects = &[
        ("a change without an id", |r| r.changes = vec![Vec::new()]),
        ("a change with an id of 33 bytes", |r| {
            r.changes = vec![vec![1; 33]]
        }),
        ("a change twice", |r| r.changes = vec![vec![1], vec![1]]),
        ("17 changes", |r| {
            r.changes = (1..=17).map(|id| vec![id]).collect()
        }),
        ("a change at a gate", |r| {
            r.changes = vec![vec![1]];
            r.purpose = AgePurpose::AccessGate.into();
        }),
        ("a change for safer defaults", |r| {
            r.changes = vec![vec![1]];
            r.purpose = AgePurpose::SafetyDefaults.into();
        }),
        ("a change for a duty of law", |r| {
            r.changes = vec![vec![1]];
            r.purpose = AgePurpose::LegalCompliance.into();
        }),
    ];
    // Nothing is announced by the twin: it would wait for a guardian afterwards.
    Box::pin(refused(t, AgePurpose::ConsentFlow, DEFECTS))
}

fn declared(t: &mut Trial) -> Running<'_> {
    const DEFECTS: Defects = &[
        ("ages that the person declared", |r| {
            accept(r, &[AgeMethod::SelfDeclared])
        }),
        ("ages that a guardian declared", |r| {
            accept(r, &[AgeMethod::GuardianDeclared])
        }),
        ("ages that the person declared, and verified ones", |r| {
            accept(r, &[AgeMethod::SelfDeclared, AgeMethod::Verified])
        }),
        ("ages that a guardian declared, and estimates", |r| {
            accept(r, &[AgeMethod::Estimated, AgeMethod::GuardianDeclared])
        }),
        ("assurance BASIC", |r| {
            r.least_assurance = AgeAssurance::Basic.into()
        }),
    ];
    Box::pin(async move {
        let desk = Desk::open(t).await?;
        let mut both = desk.request(t, AgePurpose::AccessGate);
        accept(
            &mut both,
            &[AgeMethod::SelfDeclared, AgeMethod::GuardianDeclared],
        );
        desk.answer(t, StepRole::Twin, "ages that anybody declared", &both)
            .await?;
        refused(t, AgePurpose::AccessGate, DEFECTS).await
    })
}

fn accept(request: &mut pb::AgeSignalRequest, methods: &[AgeMethod]) {
    request.accepted_methods = methods.iter().map(|method| (*method).into()).collect();
}

fn other_set(t: &mut Trial) -> Running<'_> {
    const SETS: [&[u32]; 6] = [&[13, 16, 18], &[13], &[16], &[18], &[13, 18], &[12, 15, 17]];
    Box::pin(async move {
        let desk = Desk::open(t).await?;
        let request = desk.request(t, AgePurpose::AccessGate);
        desk.told(t, "a signal by the set that is kept", &request)
            .await?;
        desk.answer(t, StepRole::Twin, "the set that is kept", &request)
            .await?;
        for set in SETS.into_iter().filter(|set| *set != desk.asked.cuts) {
            let mut request = desk.request(t, AgePurpose::AccessGate);
            request.cuts = set.to_vec();
            refuse(t, &desk, &format!("cut points {set:?}"), &request).await?;
        }
        let again = desk.request(t, AgePurpose::AccessGate);
        desk.answer(
            t,
            StepRole::Unchanged,
            "the set that is kept, again",
            &again,
        )
        .await
        .map(drop)
    })
}

fn large(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let desk = Desk::open(t).await?;
        let twin = desk.request(t, AgePurpose::AccessGate);
        desk.answer(t, StepRole::Twin, "a proper request", &twin)
            .await?;
        for more in [4096, 12_000] {
            let mut bytes = desk.request(t, AgePurpose::AccessGate).encode_to_vec();
            // Field 900, which nobody knows.
            bytes.extend([0xa2, 0x38]);
            prost::encode_length_delimiter(more, &mut bytes)
                .map_err(|error| Stop::Harness(error.to_string()))?;
            bytes.resize(bytes.len() + more, 0);
            let what = format!("a proper request and {more} bytes of an unknown field");
            let answer = desk.issuer.ask(bytes).await;
            let (observed, ok) = unanswered(&answer);
            let expected = "INVALID_REQUEST and nothing else, or a refusal of the call";
            t.met(StepRole::Refusal, &what, expected, &observed, ok)?;
        }
        let again = desk.request(t, AgePurpose::AccessGate);
        desk.answer(t, StepRole::Unchanged, "a proper request again", &again)
            .await
            .map(drop)
    })
}

fn garbage(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let desk = Desk::open(t).await?;
        let request = desk.request(t, AgePurpose::AccessGate);
        let before = desk
            .answer(t, StepRole::Setup, "a proper request", &request)
            .await?;
        let noise = t.rng.bytes(700);
        let proper = request.encode_to_vec();
        let cut = proper.get(..proper.len() - 1).unwrap_or_default().to_vec();
        let bytes: [(&str, Vec<u8>); 6] = [
            ("nothing", Vec::new()),
            ("a field that never ends", vec![0xff; 40]),
            ("a length beyond the end", vec![0x0a, 0xff, 0xff, 0x03, 1]),
            ("a text that is no UTF-8", vec![0x0a, 2, 0xff, 0xfe]),
            ("a request cut short by a byte", cut),
            ("noise", noise),
        ];
        for (what, bytes) in bytes {
            let answer = desk.issuer.ask(bytes).await;
            let (observed, ok) = unanswered(&answer);
            let expected = "INVALID_REQUEST and nothing else, or a refusal of the call";
            t.met(StepRole::Check, what, expected, &observed, ok)?;
        }
        let desk = Desk::open(t).await?;
        let request = desk.request(t, AgePurpose::AccessGate);
        let after = desk
            .answer(t, StepRole::Check, "a proper request, afterwards", &request)
            .await?;
        let (before, after) = (outcome_of(before.outcome), outcome_of(after.outcome));
        t.equal("the outcome as before", &before, &after)
    })
}

/// Whether a request that is none was told nothing, and the issuer is still there.
fn unanswered(answer: &Result<pb::AgeSignalResponse, Refusal>) -> (String, bool) {
    match answer {
        Ok(answer) => (what_is_told(answer), is_invalid(answer)),
        Err(refusal) => (refusal.to_string(), refusal.said().is_some()),
    }
}

/// INVALID_REQUEST and nothing else (R-AGE-026).
fn is_invalid(answer: &pb::AgeSignalResponse) -> bool {
    *answer
        == pb::AgeSignalResponse {
            outcome: AgeOutcome::InvalidRequest.into(),
            ..pb::AgeSignalResponse::default()
        }
}

fn what_is_told(answer: &pb::AgeSignalResponse) -> String {
    let mut told = outcome_of(answer.outcome);
    let more = [
        (answer.signal.is_some(), "a signal"),
        (answer.consent != 0, "a consent"),
        (answer.retry_after_seconds.is_some(), "a time to wait"),
    ];
    for (_, what) in more.iter().filter(|(is_there, _)| *is_there) {
        told.push_str(" with ");
        told.push_str(what);
    }
    told
}

/// Each defect is refused, and the request without it is answered before and after.
async fn refused(t: &mut Trial, purpose: AgePurpose, defects: Defects) -> Outcome {
    refused_where(t, purpose, defects, |_, _| true).await
}

async fn refused_where(
    t: &mut Trial,
    purpose: AgePurpose,
    defects: Defects,
    is_defect: fn(&pb::AgeSignalRequest, &pb::AgeSignalRequest) -> bool,
) -> Outcome {
    let desk = Desk::open(t).await?;
    let twin = desk.request(t, purpose);
    let before = desk
        .answer(t, StepRole::Twin, "a proper request", &twin)
        .await?;
    for (what, spoil) in defects {
        let proper = desk.request(t, purpose);
        let mut request = proper.clone();
        spoil(&mut request);
        if is_defect(&proper, &request) {
            refuse(t, &desk, what, &request).await?;
        }
    }
    let again = desk.request(t, purpose);
    let after = desk
        .answer(t, StepRole::Setup, "a proper request again", &again)
        .await?;
    let [before, after] = [before, after].map(|answer| outcome_of(answer.outcome));
    t.answered(
        StepRole::Unchanged,
        "the outcome of a proper request",
        &before,
        &after,
    )
}

async fn refuse(t: &mut Trial, desk: &Desk, what: &str, request: &pb::AgeSignalRequest) -> Outcome {
    let answer = desk.issuer.ask(request.encode_to_vec()).await;
    let answer = match answer {
        Ok(answer) => answer,
        Err(refusal) => {
            let expected = "INVALID_REQUEST and nothing else";
            return t.met(
                StepRole::Refusal,
                what,
                expected,
                &refusal.to_string(),
                false,
            );
        }
    };
    let expected = "INVALID_REQUEST and nothing else";
    t.met(
        StepRole::Refusal,
        what,
        expected,
        &what_is_told(&answer),
        is_invalid(&answer),
    )
}

/// The same name in other letters; one without letters gets one more.
fn other_case(name: &str) -> String {
    let upper = name.to_uppercase();
    if upper == name {
        format!("{name}A")
    } else {
        upper
    }
}
