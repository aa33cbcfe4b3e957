//! What a signal tells, and what it keeps to itself.

use super::claim::{self, Bracket};
use super::{DAY, Desk, PURPOSES, Told, now, offered, outcome_of, sound, verifies};
use crate::catalogue::{Kind, Role, Run, Running, Test};
use crate::trial::{Outcome, StepRole, Stop, Trial};
use crate::wire::sha256;
use parcep_proto::v1alpha1 as pb;
use pb::{AgeAssurance, AgeConsent, AgeEstablished, AgeMethod, AgeOutcome, AgePurpose};
use prost::Message as _;
use std::collections::BTreeSet;

pub(in crate::catalogue) const TESTS: &[Test] = &[
    Test {
        id: "T-AGE-010-signal",
        title: "tells a signal to the audience that asks, for its purpose and its nonce, under one key",
        cites: &["R-AGE-006", "R-AGE-007", "R-AGE-013", "R-AGE-016"],
        role: Role::AgeIssuer,
        kind: Kind::Positive,
        quick: true,
        run: Run::Code(signal),
    },
    Test {
        id: "T-AGE-011-form",
        title: "tells claims that a verifier can read",
        cites: &["R-AGE-001", "R-AGE-012", "R-AGE-041"],
        role: Role::AgeIssuer,
        kind: Kind::Positive,
        quick: true,
        run: Run::Code(form),
    },
    Test {
        id: "T-AGE-012-cells",
        title: "tells no bound but cut points, and is honest about what is one cell",
        cites: &["R-AGE-004"],
        role: Role::AgeIssuer,
        kind: Kind::Positive,
        quick: true,
        run: Run::Code(cells),
    },
    Test {
        id: "T-AGE-013-one-cell",
        title: "tells the youngest cell to whoever asks for one",
        cites: &["R-AGE-036"],
        role: Role::AgeIssuer,
        kind: Kind::Positive,
        quick: true,
        run: Run::Code(one_cell),
    },
    Test {
        id: "T-AGE-014-told",
        title: "tells of how the age is known no more than was asked",
        cites: &["R-AGE-028"],
        role: Role::AgeIssuer,
        kind: Kind::Positive,
        quick: true,
        run: Run::Code(told),
    },
    Test {
        id: "T-AGE-015-who-governs",
        title: "tells neither gates nor duties of law who answers for the person",
        cites: &["R-AGE-029"],
        role: Role::AgeIssuer,
        kind: Kind::Positive,
        quick: true,
        run: Run::Code(who_governs),
    },
    Test {
        id: "T-AGE-016-token-id",
        title: "gives every signal a fresh token id",
        cites: &["R-AGE-009"],
        role: Role::AgeIssuer,
        kind: Kind::Positive,
        quick: true,
        run: Run::Code(token_id),
    },
    Test {
        id: "T-AGE-017-days",
        title: "dates a signal by a whole day, and ends it within 366 days",
        cites: &["R-AGE-008"],
        role: Role::AgeIssuer,
        kind: Kind::Positive,
        quick: true,
        run: Run::Code(days),
    },
    Test {
        id: "T-AGE-018-one-life",
        title: "ends signals by nothing but day, purpose and audience",
        cites: &["R-AGE-014"],
        role: Role::AgeIssuer,
        kind: Kind::Positive,
        quick: true,
        run: Run::Code(one_life),
    },
    Test {
        id: "T-AGE-019-outcomes",
        title: "tells a signal with SIGNAL alone, and a consent to nobody who may not know it",
        cites: &["R-AGE-030", "R-AGE-031", "R-AGE-057"],
        role: Role::AgeIssuer,
        kind: Kind::Positive,
        quick: true,
        run: Run::Code(outcomes),
    },
    Test {
        id: "T-AGE-033-signature",
        title: "signs every signal with the key that it names",
        cites: &["R-AGE-002", "R-AGE-003"],
        role: Role::AgeIssuer,
        kind: Kind::Positive,
        quick: true,
        run: Run::Code(signature),
    },
    Test {
        id: "T-AGE-031-handles",
        title: "tells revoked handles of 16 bytes, and the day of that knowledge",
        cites: &["R-AGE-046"],
        role: Role::AgeIssuer,
        kind: Kind::Positive,
        quick: true,
        run: Run::Code(handles),
    },
    Test {
        id: "T-AGE-032-others-handles",
        title: "tells nobody the handles of another audience",
        cites: &["R-AGE-013", "R-AGE-046"],
        role: Role::AgeIssuer,
        kind: Kind::Negative,
        quick: true,
        run: Run::Code(others_handles),
    },
];

fn signal(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let desk = Desk::open(t).await?;
        let mut key_id = None;
        for purpose in PURPOSES {
            let request = desk.request(t, purpose);
            let what = format!("ask for {}", purpose.as_str_name());
            let Told { signed, claim } = match &key_id {
                None => desk.told(t, &what, &request).await?,
                Some(_) => match desk.may_tell(t, &what, &request).await? {
                    Some(told) => told,
                    None => continue,
                },
            };
            let size = signed.encoded_len();
            t.check("its size", "at most 2048 bytes", size, size <= 2048)?;
            let first = key_id.get_or_insert_with(|| desk.key_id(&signed.issuer_key_id));
            t.equal("the key id", first, &signed.issuer_key_id)?;
            t.equal("the audience", &request.audience, &claim.audience)?;
            t.equal("the purpose", &request.purpose, &claim.purpose)?;
            t.equal("the nonce", &Some(request.nonce), &claim.nonce)?;
        }
        Ok(())
    })
}

fn signature(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let desk = Desk::open(t).await?;
        let key = desk.key()?;
        for _ in 0..3 {
            let request = desk.request(t, AgePurpose::AccessGate);
            let signed = desk.told(t, "ask", &request).await?.signed;
            let id = sha256(&key).to_vec();
            t.equal("the key id", &id, &signed.issuer_key_id)?;
            verifies(t, &key, "age-signal", &signed.signal, &signed.signature)?;
        }
        Ok(())
    })
}

fn form(t: &mut Trial) -> Running<'_> {
    Box::pin(each_signal(
        t,
        "what it claims",
        "a claim that a verifier reads",
        |_, _, claim| {
            Bracket::from(claim)
                .range_fault()
                .or_else(|| claim::form_fault(claim))
        },
    ))
}

fn cells(t: &mut Trial) -> Running<'_> {
    const EXPECTED: &str = "cut points as bounds, exact if it is one cell";
    Box::pin(each_signal(t, "the bracket", EXPECTED, |cuts, _, claim| {
        Bracket::from(claim).cells_fault(cuts)
    }))
}

fn who_governs(t: &mut Trial) -> Running<'_> {
    const EXPECTED: &str =
        "no supervision, controls, consent, change or handle where they mark a minor";
    Box::pin(each_signal(
        t,
        "who governs",
        EXPECTED,
        |_, request, claim| {
            let governs = [AgePurpose::SafetyDefaults, AgePurpose::ConsentFlow];
            if !governs.map(i32::from).contains(&request.purpose) {
                return claim::governs_fault(claim);
            }
            let unasked = claim.change.is_some() && request.changes.is_empty();
            let granted = claim.consent == i32::from(AgeConsent::Granted);
            let handle = !claim.revocation_handle.is_empty();
            match (unasked, handle && !granted) {
                (true, _) => Some("a change that the request did not name".into()),
                (_, true) => Some("a handle without a consent that is granted".into()),
                _ => None,
            }
        },
    ))
}

/// Looks at a signal of every purpose.
async fn each_signal(
    t: &mut Trial,
    what: &str,
    expected: &str,
    fault: fn(&[u32], &pb::AgeSignalRequest, &pb::AgeSignal) -> Option<String>,
) -> Outcome {
    let desk = Desk::open(t).await?;
    let mut any = false;
    for purpose in PURPOSES {
        let request = desk.request(t, purpose);
        let ask = format!("ask for {}", purpose.as_str_name());
        if let Some(told) = desk.may_tell(t, &ask, &request).await? {
            any = true;
            sound(
                t,
                what,
                expected,
                fault(&desk.asked.cuts, &request, &told.claim),
            )?;
        }
    }
    if any {
        return Ok(());
    }
    Err(Stop::NotApplicable(
        "the issuer tells this audience no signal".into(),
    ))
}

fn one_cell(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let desk = Desk::open(t).await?;
        let request = desk.request(t, AgePurpose::AccessGate);
        let wide = Bracket::from(&desk.told(t, "ask for the bracket", &request).await?.claim);
        let mut request = desk.request(t, AgePurpose::AccessGate);
        request.one_cell = true;
        let one = Bracket::from(&desk.told(t, "ask for one cell", &request).await?.claim);
        let fault = one.youngest_fault(wide, &desk.asked.cuts);
        sound(
            t,
            "the cell",
            "the youngest of the bracket, exact if that is all of it",
            fault,
        )
    })
}

/// A request that asks for more than the bracket.
struct Asks {
    purpose: AgePurpose,
    methods: &'static [AgeMethod],
    assurance: AgeAssurance,
    established: AgeEstablished,
    jurisdiction: &'static str,
}

const PLAIN: Asks = Asks {
    purpose: AgePurpose::AccessGate,
    methods: &[],
    assurance: AgeAssurance::Unspecified,
    established: AgeEstablished::Unspecified,
    jurisdiction: "",
};

const ASKS: [Asks; 14] = [
    PLAIN,
    Asks {
        methods: &[AgeMethod::SelfDeclared, AgeMethod::GuardianDeclared],
        ..PLAIN
    },
    Asks {
        methods: &[AgeMethod::Verified],
        ..PLAIN
    },
    Asks {
        methods: &[AgeMethod::Estimated],
        ..PLAIN
    },
    Asks {
        methods: &[AgeMethod::Inferred],
        ..PLAIN
    },
    Asks {
        methods: &[AgeMethod::CheckedUndifferentiated],
        ..PLAIN
    },
    Asks {
        assurance: AgeAssurance::Asserted,
        ..PLAIN
    },
    Asks {
        assurance: AgeAssurance::Standard,
        ..PLAIN
    },
    Asks {
        established: AgeEstablished::Older,
        ..PLAIN
    },
    Asks {
        jurisdiction: "US",
        ..PLAIN
    },
    Asks {
        purpose: AgePurpose::LegalCompliance,
        ..PLAIN
    },
    Asks {
        purpose: AgePurpose::LegalCompliance,
        jurisdiction: "US",
        ..PLAIN
    },
    Asks {
        purpose: AgePurpose::SafetyDefaults,
        methods: &[AgeMethod::GuardianDeclared],
        ..PLAIN
    },
    Asks {
        purpose: AgePurpose::ConsentFlow,
        methods: &[AgeMethod::SelfDeclared],
        ..PLAIN
    },
];

fn told(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let desk = Desk::open(t).await?;
        let mut of_everybody = None;
        for asks in &ASKS {
            let request = pb::AgeSignalRequest {
                accepted_methods: asks.methods.iter().map(|method| (*method).into()).collect(),
                least_assurance: asks.assurance.into(),
                established_within: asks.established.into(),
                jurisdiction: asks.jurisdiction.into(),
                ..desk.request(t, asks.purpose)
            };
            let what = format!(
                "ask for {} by {:?}, {:?}, {:?}, `{}`",
                asks.purpose.as_str_name(),
                asks.methods,
                asks.assurance,
                asks.established,
                asks.jurisdiction
            );
            let Some(Told { claim, .. }) = desk.may_tell(t, &what, &request).await? else {
                continue;
            };
            let fault = claim::more_than_asked(&request, &claim);
            sound(t, "what is told", "what was asked", fault)?;
            let scope_and_binding = (claim.claim_scope, claim.binding);
            let first = of_everybody.get_or_insert(scope_and_binding);
            t.equal("scope and binding", first, &scope_and_binding)?;
        }
        of_everybody
            .map(drop)
            .ok_or_else(|| Stop::NotApplicable("the issuer tells this audience no signal".into()))
    })
}

fn token_id(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let desk = Desk::open(t).await?;
        let mut seen = BTreeSet::new();
        for number in 1..=6 {
            let request = desk.request(t, AgePurpose::AccessGate);
            let claim = desk.told(t, "ask again", &request).await?.claim;
            seen.insert(claim.token_id);
            t.equal("different token ids", &number, &seen.len())?;
        }
        Ok(())
    })
}

fn days(t: &mut Trial) -> Running<'_> {
    Box::pin(each_signal(
        t,
        "its days",
        "a whole UTC day of late, and 1 s to 366 days",
        |_, _, claim| {
            let (bucket, now) = (claim.issued_bucket, now());
            let whole = bucket.rem_euclid(DAY) == 0;
            let recent = (now - 2 * DAY..=now + DAY).contains(&bucket);
            let life = claim.not_after.saturating_sub(bucket);
            let lives = (1..=366 * DAY).contains(&life);
            (!(whole && recent && lives)).then(|| format!("day {bucket}, life {life} s"))
        },
    ))
}

fn one_life(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let desk = Desk::open(t).await?;
        let mut any = false;
        for purpose in PURPOSES {
            let plain = desk.request(t, purpose);
            let Some(first) = desk.may_tell(t, "ask", &plain).await? else {
                continue;
            };
            any = true;
            let again = desk.request(t, purpose);
            let one_cell = pb::AgeSignalRequest {
                one_cell: true,
                ..desk.request(t, purpose)
            };
            let asserted = pb::AgeSignalRequest {
                least_assurance: AgeAssurance::Asserted.into(),
                ..desk.request(t, purpose)
            };
            for request in [again, one_cell, asserted] {
                let Some(next) = desk
                    .may_tell(t, "ask for the same purpose", &request)
                    .await?
                else {
                    continue;
                };
                // At midnight the day changes between two answers, and the end with it.
                if next.claim.issued_bucket == first.claim.issued_bucket {
                    t.equal("the end", &first.claim.not_after, &next.claim.not_after)?;
                }
            }
        }
        if any {
            return Ok(());
        }
        Err(Stop::NotApplicable(
            "the issuer tells this audience no signal".into(),
        ))
    })
}

fn outcomes(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let desk = Desk::open(t).await?;
        for purpose in PURPOSES {
            let plain = desk.request(t, purpose);
            let strict = pb::AgeSignalRequest {
                least_assurance: AgeAssurance::Strict.into(),
                established_within: AgeEstablished::WithinDay.into(),
                accepted_methods: vec![AgeMethod::Verified.into()],
                ..desk.request(t, purpose)
            };
            for request in [plain, strict] {
                let what = format!("ask for {}", purpose.as_str_name());
                let answer = desk.answer(t, StepRole::Setup, &what, &request).await?;
                let fault = misplaced(purpose, &answer);
                let expected = "a signal with SIGNAL alone, a consent where it may stand";
                sound(t, "what stands beside the outcome", expected, fault)?;
            }
        }
        Ok(())
    })
}

/// What stands in an answer where it may not.
fn misplaced(purpose: AgePurpose, answer: &pb::AgeSignalResponse) -> Option<String> {
    let is = |outcome: AgeOutcome| answer.outcome == i32::from(outcome);
    let outcome = outcome_of(answer.outcome);
    if answer.signal.is_some() != is(AgeOutcome::Signal) {
        let there = if answer.signal.is_some() {
            "a signal"
        } else {
            "no signal"
        };
        return Some(format!("{outcome} with {there}"));
    }
    let may = matches!(
        purpose,
        AgePurpose::SafetyDefaults | AgePurpose::ConsentFlow
    ) && !is(AgeOutcome::AgeUnknown);
    (answer.consent != 0 && !may).then(|| format!("{outcome} with consent {}", answer.consent))
}

fn handles(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let desk = Desk::open(t).await?;
        let request = pb::RevokedAgeHandlesRequest {
            audience: desk.asked.audience.clone(),
        };
        let answer = desk.issuer.revoked_handles(request.encode_to_vec()).await;
        let list = offered(t, "RevokedHandles", "ask for revoked handles", answer)?;
        let other = list.handles.iter().find(|handle| handle.len() != 16);
        let fault = other.map(|handle| format!("{} bytes", handle.len()));
        sound(t, "each handle", "16 bytes", fault)?;
        let distinct: BTreeSet<_> = list.handles.iter().collect();
        t.equal("different handles", &list.handles.len(), &distinct.len())?;
        let (as_of, now) = (list.as_of, now());
        let fits = as_of.rem_euclid(DAY) == 0 && (now - 90 * DAY..=now + DAY).contains(&as_of);
        t.check(
            "the day of the list",
            "a whole UTC day of the last 90",
            as_of,
            fits,
        )
    })
}

fn others_handles(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let desk = Desk::open(t).await?;
        let own = pb::RevokedAgeHandlesRequest {
            audience: desk.asked.audience.clone(),
        };
        let answer = desk.issuer.revoked_handles(own.encode_to_vec()).await;
        let list = offered(t, "RevokedHandles", "ask for revoked handles", answer)?;
        let count = list.handles.len();
        t.met(
            StepRole::Twin,
            "its own handles",
            "a list",
            &format!("{count} handles"),
            true,
        )?;
        for audience in ["https://other.example", "", "a"] {
            let other = pb::RevokedAgeHandlesRequest {
                audience: audience.into(),
            };
            let answer = desk.issuer.revoked_handles(other.encode_to_vec()).await;
            let what = format!("the handles of `{audience}`");
            t.refused(&what, answer, &["INVALID_ARGUMENT", "NOT_PERMITTED"])?;
        }
        let again = desk.issuer.revoked_handles(own.encode_to_vec()).await;
        let again = t
            .done("ask for revoked handles again", again)?
            .handles
            .len();
        let ok = again == count;
        t.met(
            StepRole::Unchanged,
            "its own handles",
            "as before",
            &format!("{again} handles"),
            ok,
        )
    })
}
