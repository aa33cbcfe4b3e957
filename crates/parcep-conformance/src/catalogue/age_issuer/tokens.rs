//! Batches of tokens: equal but for the key, in whole weeks, and of use to whoever holds the key.

use super::claim::Bracket;
use super::{Desk, now, offered, outcome_of, proper, sound, verifies};
use crate::catalogue::{Kind, Role, Run, Running, Spoil, Test};
use crate::trial::{Outcome, StepRole, Stop, Trial};
use crate::wire::{self, Signer};
use parcep_core::age::{Expectation, Trusted, verify_presented};
use parcep_core::crypto::VerifyingKey;
use parcep_core::reason::code;
use parcep_proto::v1alpha1 as pb;
use pb::{AgeAssurance, AgeMethod, AgeOutcome, AgePurpose, DeclarantCheck};
use prost::Message as _;
use std::collections::BTreeSet;

pub(in crate::catalogue) const TESTS: &[Test] = &[
    Test {
        id: "T-AGE-040-batch",
        title: "issues one token for each key in order, equal but for key and signature, under one key",
        cites: &["R-AGE-019", "R-AGE-025"],
        role: Role::AgeIssuer,
        kind: Kind::Positive,
        quick: true,
        run: Run::Code(batch),
    },
    Test {
        id: "T-AGE-047-signature",
        title: "signs every token with the key that it names",
        cites: &["R-AGE-017"],
        role: Role::AgeIssuer,
        kind: Kind::Positive,
        quick: true,
        run: Run::Code(signature),
    },
    Test {
        id: "T-AGE-041-weeks",
        title: "dates tokens by Mondays, and ends them after 1 to 13 whole weeks",
        cites: &["R-AGE-021"],
        role: Role::AgeIssuer,
        kind: Kind::Positive,
        quick: true,
        run: Run::Code(weeks),
    },
    Test {
        id: "T-AGE-042-presented",
        title: "issues tokens that an audience accepts from whoever holds the key",
        cites: &["R-AGE-018", "R-AGE-022"],
        role: Role::AgeIssuer,
        kind: Kind::Positive,
        quick: true,
        run: Run::Code(presented),
    },
    Test {
        id: "T-AGE-043-told",
        title: "tells in a token cut points and what was asked, and the same life to all",
        cites: &["R-AGE-004", "R-AGE-019", "R-AGE-028", "R-AGE-036"],
        role: Role::AgeIssuer,
        kind: Kind::Positive,
        quick: true,
        run: Run::Code(told),
    },
    Test {
        id: "T-AGE-044-keys",
        title: "answers INVALID_REQUEST to holder keys that are none, too many, twice or weak",
        cites: &["R-AGE-026", "R-WIRE-011"],
        role: Role::AgeIssuer,
        kind: Kind::Negative,
        quick: true,
        run: Run::Code(keys),
    },
    Test {
        id: "T-AGE-045-declared",
        title: "issues no tokens that tell who is declared by whom",
        cites: &["R-AGE-027"],
        role: Role::AgeIssuer,
        kind: Kind::Negative,
        quick: true,
        run: Run::Code(declared),
    },
    Test {
        id: "T-AGE-046-request",
        title: "answers INVALID_REQUEST to cut points and filters of another form, and issues nothing",
        cites: &["R-AGE-005", "R-AGE-026", "R-AGE-030"],
        role: Role::AgeIssuer,
        kind: Kind::Negative,
        quick: true,
        run: Run::Code(fields),
    },
];

const WEEK: i64 = 604_800;
/// Monday, 5 January 1970.
const A_MONDAY: i64 = 345_600;

/// Keys as the holder makes them, and the request for their tokens.
struct Keys {
    signers: Vec<Signer>,
    request: pb::IssueAgeTokensRequest,
}

/// A token as it was received, and what it claims.
struct Issued {
    signed: pb::SignedAgeToken,
    token: pb::AgeToken,
}

fn make_keys(t: &mut Trial, desk: &Desk, number: usize) -> Result<Keys, Stop> {
    let mut signers = Vec::new();
    for _ in 0..number {
        let mut seed = [0; 32];
        seed.copy_from_slice(&t.rng.bytes(32));
        let signer = Signer::from_seed(&seed);
        signers.push(signer.ok_or_else(|| Stop::Harness("no key".into()))?);
    }
    let request = pb::IssueAgeTokensRequest {
        cuts: desk.asked.cuts.clone(),
        holder_keys: signers.iter().map(Signer::public).collect(),
        ..pb::IssueAgeTokensRequest::default()
    };
    Ok(Keys { signers, request })
}

/// What a proper request for tokens is answered with.
async fn answer(
    t: &mut Trial,
    desk: &Desk,
    role: StepRole,
    what: &str,
    request: &pb::IssueAgeTokensRequest,
) -> Result<pb::IssueAgeTokensResponse, Stop> {
    let answer = desk.issuer.issue_tokens(request.encode_to_vec()).await;
    let answer = offered(t, "IssueTokens", what, answer)?;
    proper(t, role, what, answer.outcome)?;
    let is_signal = answer.outcome == i32::from(AgeOutcome::Signal);
    if is_signal == answer.tokens.is_empty() {
        let observed = format!(
            "{}, {} tokens",
            outcome_of(answer.outcome),
            answer.tokens.len()
        );
        t.check(what, "tokens with SIGNAL alone", observed, false)?;
    }
    Ok(answer)
}

/// The batch of a proper request; nothing where the issuer issues none.
async fn may_issue(
    t: &mut Trial,
    desk: &Desk,
    what: &str,
    request: &pb::IssueAgeTokensRequest,
) -> Result<Option<Vec<Issued>>, Stop> {
    let answer = answer(t, desk, StepRole::Setup, what, request).await?;
    if answer.tokens.is_empty() {
        return Ok(None);
    }
    let mut issued = Vec::new();
    for signed in answer.tokens {
        let Ok(token) = pb::AgeToken::decode(signed.token.as_slice()) else {
            t.check("a token", "parses", "does not parse", false)?;
            continue;
        };
        issued.push(Issued { signed, token });
    }
    Ok(Some(issued))
}

/// The batch of a proper request, without which there is nothing to judge.
async fn issue(
    t: &mut Trial,
    desk: &Desk,
    request: &pb::IssueAgeTokensRequest,
) -> Result<Vec<Issued>, Stop> {
    let issued = may_issue(t, desk, "ask for tokens", request).await?;
    issued.ok_or_else(|| {
        Stop::NotApplicable(
            "the issuer issues no tokens here: see --holder, or let it know somebody".into(),
        )
    })
}

fn batch(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let desk = Desk::open(t).await?;
        for number in [1, 5, 30] {
            let keys = make_keys(t, &desk, number)?;
            let issued = issue(t, &desk, &keys.request).await?;
            let told: Vec<_> = issued.iter().map(|one| &one.token.holder_key).collect();
            let sent: Vec<_> = keys.request.holder_keys.iter().collect();
            let fault = (told != sent)
                .then(|| format!("{} tokens, others or in another order", told.len()));
            sound(
                t,
                "the keys in the tokens",
                "those sent, in order, each once",
                fault,
            )?;
            let first = issued
                .first()
                .map(|one| desk.key_id(&one.signed.issuer_key_id));
            let ids: BTreeSet<_> = issued
                .iter()
                .map(|one| one.signed.issuer_key_id.clone())
                .collect();
            t.equal("key ids of the batch", &first.into_iter().collect(), &ids)?;
            let without_key = |one: &Issued| pb::AgeToken {
                holder_key: Vec::new(),
                ..one.token.clone()
            };
            let mut others = issued.iter().map(without_key);
            let like = others.next();
            let odd = others.position(|other| Some(other) != like);
            let fault = odd.map(|at| format!("token {} differs from the first", at + 2));
            sound(t, "but for the key", "all equal", fault)?;
            let lengths: BTreeSet<_> = issued.iter().map(|one| one.signed.token.len()).collect();
            t.equal("lengths of the tokens", &1, &lengths.len())?;
        }
        Ok(())
    })
}

fn signature(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let desk = Desk::open(t).await?;
        let key = desk.key()?;
        let keys = make_keys(t, &desk, 5)?;
        for Issued { signed, .. } in issue(t, &desk, &keys.request).await? {
            let id = wire::sha256(&key).to_vec();
            t.equal("the key id", &id, &signed.issuer_key_id)?;
            verifies(t, &key, "age-token", &signed.token, &signed.signature)?;
        }
        Ok(())
    })
}

fn weeks(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let desk = Desk::open(t).await?;
        let keys = make_keys(t, &desk, 2)?;
        for Issued { token, .. } in issue(t, &desk, &keys.request).await? {
            let (bucket, now) = (token.issued_bucket, now());
            let monday = (bucket - A_MONDAY).rem_euclid(WEEK) == 0;
            t.check("the week of issue", "a Monday at 00:00 UTC", bucket, monday)?;
            let life = token.not_after.saturating_sub(bucket);
            let lives = life.rem_euclid(WEEK) == 0 && (1..=13).contains(&(life / WEEK));
            t.check(
                "its life",
                "1 to 13 whole weeks",
                format!("{life} s"),
                lives,
            )?;
            let valid = bucket <= now && now < token.not_after;
            t.check("now", "within its life", now, valid)?;
        }
        Ok(())
    })
}

fn presented(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        const AUDIENCE: &str = "https://games.example";
        let desk = Desk::open(t).await?;
        let key = VerifyingKey::try_from(desk.key()?.as_slice())
            .map_err(|error| Stop::Harness(error.to_string()))?;
        let keys = make_keys(t, &desk, 3)?;
        let issued = issue(t, &desk, &keys.request).await?;
        for (signer, Issued { signed, .. }) in keys.signers.iter().zip(issued) {
            let nonce = t.rng.bytes(16);
            let presentation = pb::AgePresentation {
                audience: AUDIENCE.into(),
                purpose: AgePurpose::AccessGate.into(),
                nonce: nonce.clone(),
            };
            let presentation = presentation.encode_to_vec();
            let parts: [&[u8]; 2] = [&signed.token, &presentation];
            let shown = pb::PresentedAge {
                holder_signature: signer.sign(&wire::transcript("age-presentation", &parts)),
                token: Some(signed),
                presentation,
            };
            let expected = Expectation {
                issuers: Trusted::Keys(std::slice::from_ref(&key)),
                audience: AUDIENCE,
                purpose: parcep_core::age::AgePurpose::AccessGate,
                nonce: Some(&nonce),
                now: now(),
            };
            let observed = match verify_presented(&shown.encode_to_vec(), expected) {
                Ok(_) => "accepted",
                Err(error) => code(error.reason()),
            };
            t.answered(StepRole::Check, "show a token", "accepted", observed)?;
        }
        Ok(())
    })
}

fn told(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let desk = Desk::open(t).await?;
        let plain = make_keys(t, &desk, 2)?.request;
        let first = first_of(issue(t, &desk, &plain).await?)?;
        let wide = Bracket::from(&first);
        let fault = wide.cells_fault(&desk.asked.cuts);
        sound(
            t,
            "the bracket",
            "cut points as bounds, exact if it is one cell",
            fault,
        )?;
        let more: [(&str, Spoil<pb::IssueAgeTokensRequest>); 6] = [
            ("nothing more", |_| ()),
            ("one cell", |r| r.one_cell = true),
            ("assurance ASSERTED", |r| {
                r.least_assurance = AgeAssurance::Asserted.into()
            }),
            ("assurance STANDARD", |r| {
                r.least_assurance = AgeAssurance::Standard.into()
            }),
            ("verified ages", |r| {
                r.accepted_methods = vec![AgeMethod::Verified.into()]
            }),
            ("declared ages", |r| {
                let declared = [AgeMethod::SelfDeclared, AgeMethod::GuardianDeclared];
                r.accepted_methods = declared.map(i32::from).to_vec();
            }),
        ];
        for (what, ask) in more {
            let mut request = make_keys(t, &desk, 2)?.request;
            ask(&mut request);
            let Some(issued) = may_issue(t, &desk, what, &request).await? else {
                continue;
            };
            let token = first_of(issued)?;
            sound(
                t,
                "what is told",
                "what was asked",
                more_than_asked(&request, &token),
            )?;
            let bracket = Bracket::from(&token);
            let fault = match request.one_cell {
                true => bracket.youngest_fault(wide, &desk.asked.cuts),
                false => (bracket != wide).then(|| bracket.to_string()),
            };
            sound(
                t,
                "the bracket",
                "as before, or the youngest cell of it",
                fault,
            )?;
            // On a Monday at midnight the week changes between two answers.
            if token.issued_bucket == first.issued_bucket {
                t.equal("the end", &first.not_after, &token.not_after)?;
            }
        }
        Ok(())
    })
}

fn first_of(issued: Vec<Issued>) -> Result<pb::AgeToken, Stop> {
    let first = issued.into_iter().next();
    first.map(|one| one.token).ok_or(Stop::Failed)
}

/// R-AGE-028, of a token.
fn more_than_asked(request: &pb::IssueAgeTokensRequest, token: &pb::AgeToken) -> Option<String> {
    let method = match request.accepted_methods.as_slice() {
        [one] => *one,
        _ => AgeMethod::NotTold.into(),
    };
    let none = i32::from(DeclarantCheck::Unspecified);
    let fields = [
        ("method", token.method, method),
        ("assurance", token.assurance, request.least_assurance),
        ("established", token.established, request.established_within),
        ("declarant check", token.declarant_check, none),
    ];
    let other = fields.iter().find(|(_, told, asked)| told != asked);
    other.map(|(name, told, asked)| format!("{name} {told} in place of {asked}"))
}

type Defects = &'static [(&'static str, Spoil<pb::IssueAgeTokensRequest>)];

fn keys(t: &mut Trial) -> Running<'_> {
    const DEFECTS: Defects = &[
        ("no key", |r| r.holder_keys.clear()),
        ("a key twice", |r| {
            let first = r.holder_keys.first().cloned();
            r.holder_keys.extend(first);
        }),
        ("a key of 31 bytes", |r| {
            spoil_key(r, |key| key.truncate(31))
        }),
        ("a key of 33 bytes", |r| spoil_key(r, |key| key.push(0))),
        ("a key of zeros", |r| spoil_key(r, |key| key.fill(0))),
        ("the neutral point as a key", |r| {
            spoil_key(r, |key| {
                key.fill(0);
                key.splice(..1, [1]);
            });
        }),
    ];
    Box::pin(async move {
        let desk = Desk::open(t).await?;
        let most = make_keys(t, &desk, 30)?.request;
        answer(t, &desk, StepRole::Twin, "30 keys", &most).await?;
        let too_many = make_keys(t, &desk, 31)?.request;
        refuse(t, &desk, "31 keys", &too_many).await?;
        refused(t, DEFECTS).await
    })
}

fn spoil_key(request: &mut pb::IssueAgeTokensRequest, spoil: Spoil<Vec<u8>>) {
    if let Some(key) = request.holder_keys.last_mut() {
        spoil(key);
    }
}

fn declared(t: &mut Trial) -> Running<'_> {
    const DEFECTS: Defects = &[
        ("ages that the person declared", |r| {
            r.accepted_methods = vec![1]
        }),
        ("ages that a guardian declared", |r| {
            r.accepted_methods = vec![2]
        }),
        ("ages that a guardian declared, and verified ones", |r| {
            r.accepted_methods = vec![2, 3]
        }),
        ("assurance BASIC", |r| {
            r.least_assurance = AgeAssurance::Basic.into()
        }),
    ];
    Box::pin(refused(t, DEFECTS))
}

fn fields(t: &mut Trial) -> Running<'_> {
    const DEFECTS: Defects = &[
        ("no cut points", |r| r.cuts.clear()),
        ("four cut points", |r| r.cuts = vec![10, 13, 16, 18]),
        ("cut points one year apart", |r| r.cuts = vec![13, 14]),
        ("cut point 22", |r| r.cuts = vec![22]),
        ("assurance 6", |r| r.least_assurance = 6),
        ("established within 5", |r| r.established_within = 5),
        ("method 8", |r| r.accepted_methods = vec![8]),
        ("method NOT_TOLD", |r| r.accepted_methods = vec![7]),
        ("a method twice", |r| r.accepted_methods = vec![3, 3]),
    ];
    Box::pin(refused(t, DEFECTS))
}

/// Each defect is refused, and the request without it is answered before and after.
async fn refused(t: &mut Trial, defects: Defects) -> Outcome {
    let desk = Desk::open(t).await?;
    let twin = make_keys(t, &desk, 2)?.request;
    let before = answer(t, &desk, StepRole::Twin, "a proper request", &twin).await?;
    for (what, spoil) in defects {
        let mut request = make_keys(t, &desk, 2)?.request;
        spoil(&mut request);
        refuse(t, &desk, what, &request).await?;
    }
    let again = make_keys(t, &desk, 2)?.request;
    let after = answer(t, &desk, StepRole::Setup, "a proper request again", &again).await?;
    let [before, after] = [before, after].map(|answer| outcome_of(answer.outcome));
    t.answered(
        StepRole::Unchanged,
        "the outcome of a proper request",
        &before,
        &after,
    )
}

async fn refuse(
    t: &mut Trial,
    desk: &Desk,
    what: &str,
    request: &pb::IssueAgeTokensRequest,
) -> Outcome {
    let expected = "INVALID_REQUEST and nothing else";
    let (observed, ok) = match desk.issuer.issue_tokens(request.encode_to_vec()).await {
        Err(refusal) => (refusal.to_string(), false),
        Ok(answer) => {
            let invalid = pb::IssueAgeTokensResponse {
                outcome: AgeOutcome::InvalidRequest.into(),
                ..pb::IssueAgeTokensResponse::default()
            };
            let observed = format!(
                "{}, {} tokens",
                outcome_of(answer.outcome),
                answer.tokens.len()
            );
            (observed, answer == invalid)
        }
    };
    t.met(StepRole::Refusal, what, expected, &observed, ok)
}
