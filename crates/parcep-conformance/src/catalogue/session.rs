//! Challenges and sessions.

use super::{Kind, Role, Run, Running, Test};
use crate::peer::Member;
use crate::trial::{Stop, Trial};
use crate::wire;
use parcep_proto::v1alpha1 as pb;

pub(super) const TESTS: &[Test] = &[
    Test {
        id: "T-RELAY-001-session-opens",
        title: "opens a session for a signed challenge and says rights and status",
        cites: &["R-RELAY-003", "R-RELAY-005"],
        role: Role::Relay,
        kind: Kind::Positive,
        quick: true,
        run: Run::Code(session_opens),
    },
    Test {
        id: "T-RELAY-002-nonce-used-twice",
        title: "takes a nonce once",
        cites: &["R-RELAY-003", "R-RELAY-006", "R-ERR-001"],
        role: Role::Relay,
        kind: Kind::Negative,
        quick: true,
        run: Run::Code(nonce_used_twice),
    },
    Test {
        id: "T-RELAY-003-signature-flipped",
        title: "refuses a session signature with one bit changed",
        cites: &["R-RELAY-004", "R-ERR-001"],
        role: Role::Relay,
        kind: Kind::Negative,
        quick: true,
        run: Run::Code(signature_flipped),
    },
    Test {
        id: "T-RELAY-004-signature-for-another",
        title: "refuses a signature made for another relay, handle, nonce or expiry",
        cites: &["R-RELAY-004"],
        role: Role::Relay,
        kind: Kind::Negative,
        quick: true,
        run: Run::Code(signature_for_another),
    },
    Test {
        id: "T-RELAY-005-key-without-access",
        title: "refuses a proper signature by a key that was never granted",
        cites: &["R-RELAY-006"],
        role: Role::Relay,
        kind: Kind::Negative,
        quick: false,
        run: Run::Code(key_without_access),
    },
    Test {
        id: "T-RELAY-006-challenge-of-another",
        title: "refuses a challenge that was made for another handle, or for another key",
        cites: &["R-RELAY-003"],
        role: Role::Relay,
        kind: Kind::Negative,
        quick: false,
        run: Run::Code(challenge_of_another),
    },
    Test {
        id: "T-RELAY-007-expiry-changed",
        title: "refuses an expiry that is not the challenge's, though signed",
        cites: &["R-RELAY-003"],
        role: Role::Relay,
        kind: Kind::Negative,
        quick: false,
        run: Run::Code(expiry_changed),
    },
    Test {
        id: "T-RELAY-008-no-session",
        title: "answers no call without a live session",
        cites: &["R-RELAY-005"],
        role: Role::Relay,
        kind: Kind::Negative,
        quick: true,
        run: Run::Code(no_session),
    },
    Test {
        id: "T-RELAY-009-unknown-handle-looks-known",
        title: "answers for an unknown handle exactly as for a known one",
        cites: &["R-RELAY-006"],
        role: Role::Relay,
        kind: Kind::Positive,
        quick: false,
        run: Run::Code(unknown_handle_looks_known),
    },
];

fn session_opens(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let home = t.home().await?;
        let member = home.guardian.clone();
        let challenge = t.works("ask for a challenge", member.challenge().await)?;
        t.equal("length of the relay id", &32, &challenge.relay_id.len())?;
        if let Some(key) = t.target.relay_key.clone() {
            let id = wire::sha256(&key).to_vec();
            t.equal(
                "the id is the hash of the relay key",
                &id,
                &challenge.relay_id,
            )?;
        }
        t.equal("length of the nonce", &32, &challenge.nonce.len())?;
        let next = t.works("ask again", member.challenge().await)?;
        let fresh = next.nonce != challenge.nonce;
        t.check(
            "the second nonce",
            "another one",
            if fresh { "another one" } else { "the same" },
            fresh,
        )?;
        t.equal("the relay id stays", &challenge.relay_id, &next.relay_id)?;

        let opened = member.relay.open_session(member.answer(&challenge)).await;
        let opened = t.works("open a session", opened)?;
        t.equal("length of the session token", &32, &opened.session.len())?;
        t.equal(
            "rights of the first key",
            &vec![1, 2, 3, 4],
            &sorted(opened.rights),
        )?;
        t.equal(
            "where the log stands",
            &home.status,
            &opened.status.unwrap_or_default(),
        )?;
        // A challenge lasts at most 60 s and a session at most an hour, both from about now.
        let after = opened.expires_at - challenge.expires_at;
        t.check(
            "the session's end",
            "at most 3600 s behind the challenge's",
            format!("{after} s"),
            after <= 3600,
        )
    })
}

fn nonce_used_twice(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let home = t.home().await?;
        let member = home.guardian.clone();
        let before = t.snapshot(&member, &[]).await?;
        let challenge = t.done("ask for a challenge", member.challenge().await)?;
        let answer = member.answer(&challenge);
        let first = member.relay.open_session(answer.clone()).await;
        t.twin("answer it once", first)?;
        let second = member.relay.open_session(answer).await;
        t.refused("answer it twice", second, &["BAD_CHALLENGE"])?;
        t.unchanged(&member, &[], &before).await
    })
}

fn signature_flipped(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let home = t.home().await?;
        let member = home.guardian.clone();
        let before = t.snapshot(&member, &[]).await?;
        for at in [0, 31, 32, 63] {
            let challenge = t.done("ask for a challenge", member.challenge().await)?;
            let mut answer = member.answer(&challenge);
            if let Some(byte) = answer.signature.get_mut(at) {
                *byte ^= 1;
            }
            let opened = member.relay.open_session(answer).await;
            t.refused(
                &format!("flip a bit of byte {at}"),
                opened,
                &["BAD_CHALLENGE"],
            )?;
        }
        for length in [0, 63, 65] {
            let challenge = t.done("ask for a challenge", member.challenge().await)?;
            let mut answer = member.answer(&challenge);
            answer.signature.resize(length, 0);
            let opened = member.relay.open_session(answer).await;
            let what = format!("send a signature of {length} bytes");
            t.refused(&what, opened, &["BAD_CHALLENGE", "INVALID_ARGUMENT"])?;
        }
        t.unchanged(&member, &[], &before).await?;
        open_properly(t, &member).await
    })
}

fn signature_for_another(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let home = t.home().await?;
        let member = home.guardian.clone();
        let before = t.snapshot(&member, &[]).await?;
        for wrong in ["relay", "handle", "nonce", "expiry", "label"] {
            let challenge = t.done("ask for a challenge", member.challenge().await)?;
            let mut answer = member.answer(&challenge);
            answer.signature = sign_for_another(&member, &challenge, wrong);
            let opened = member.relay.open_session(answer).await;
            t.refused(
                &format!("sign for another {wrong}"),
                opened,
                &["BAD_CHALLENGE"],
            )?;
        }
        t.unchanged(&member, &[], &before).await?;
        open_properly(t, &member).await
    })
}

/// The right signature but for one part that is another's.
fn sign_for_another(member: &Member, challenge: &pb::ChallengeResponse, wrong: &str) -> Vec<u8> {
    let part = |name: &str, right: &[u8]| {
        let mut bytes = right.to_vec();
        if name == wrong
            && let Some(byte) = bytes.first_mut()
        {
            *byte ^= 1;
        }
        bytes
    };
    let relay_id = part("relay", &challenge.relay_id);
    let handle = part("handle", &member.handle);
    let nonce = part("nonce", &challenge.nonce);
    let expires_at = challenge.expires_at + i64::from(wrong == "expiry");
    let signed = match wrong {
        "label" => wire::transcript(
            "bookmark",
            &[&relay_id, &handle, &nonce, &expires_at.to_be_bytes()],
        ),
        _ => wire::session(&relay_id, &handle, &nonce, expires_at),
    };
    member.key.sign(&signed)
}

fn key_without_access(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let home = t.home().await?;
        let before = t.snapshot(&home.guardian, &[]).await?;
        let mut stranger = t.candidate(&home).await?;
        let opened = stranger.open().await;
        t.refused(
            "sign with a key that has no access",
            opened,
            &["BAD_CHALLENGE"],
        )?;
        t.unchanged(&home.guardian, &[], &before).await?;
        let access = crate::peer::access_key(&stranger.key, &[pb::Right::Read], home.group.clone());
        t.done("grant it access", home.guardian.grant(access).await)?;
        t.twin("sign again", stranger.open().await).map(drop)
    })
}

fn challenge_of_another(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let home = t.home().await?;
        let other = t.home().await?;
        let member = home.guardian.clone();
        let second = t.second_device(&home).await?;
        let before = t.snapshot(&member, &[]).await?;
        for (whose, foreign) in [("handle", &other.guardian), ("key", &second)] {
            let challenge = t.done("another asks for a challenge", foreign.challenge().await)?;
            let opened = member.relay.open_session(member.answer(&challenge)).await;
            let what = format!("answer a challenge made for another {whose}");
            t.refused(&what, opened, &["BAD_CHALLENGE"])?;
        }
        t.unchanged(&member, &[], &before).await?;
        open_properly(t, &member).await
    })
}

fn expiry_changed(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let home = t.home().await?;
        let member = home.guardian.clone();
        let before = t.snapshot(&member, &[]).await?;
        for by in [-7200, -1, 1, 7200] {
            let mut challenge = t.done("ask for a challenge", member.challenge().await)?;
            challenge.expires_at += by;
            let opened = member.relay.open_session(member.answer(&challenge)).await;
            let what = format!("name and sign an expiry that is {by} s off");
            t.refused(&what, opened, &["BAD_CHALLENGE"])?;
        }
        t.unchanged(&member, &[], &before).await?;
        open_properly(t, &member).await
    })
}

fn no_session(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let mut home = t.home().await?;
        let name = t.rng.bytes(32);
        let before = t.snapshot(&home.guardian, &[&name]).await?;
        let tokens = [t.rng.bytes(32), Vec::new(), t.rng.bytes(31)];
        for token in tokens {
            let mut nobody = home.guardian.clone();
            nobody.session = token;
            every_call(t, &home, &nobody, &name).await?;
        }
        t.unchanged(&home.guardian, &[&name], &before).await?;
        let entry = home.tip.entry(&mut t.rng, crate::peer::SMALL);
        t.twin(
            "append with the session",
            home.guardian.append(entry.clone()).await,
        )?;
        home.tip = crate::peer::Tip::after(&entry);
        Ok(())
    })
}

/// Tries each call that needs a session, all well formed but for the token.
async fn every_call(
    t: &mut Trial,
    home: &crate::trial::Home,
    nobody: &Member,
    name: &[u8],
) -> Result<(), Stop> {
    let of = |call: &str| format!("{call} with a token of {} bytes", nobody.session.len());
    let no = ["NO_SESSION"];
    let entry = home.tip.entry(&mut t.rng, crate::peer::SMALL);
    t.refused(&of("Append"), nobody.append(entry).await, &no)?;
    t.refused(&of("Read"), nobody.read(0, 0).await, &no)?;
    t.refused(
        &of("Watch"),
        nobody.watch(0, &wire::ZERO_HASH, true).await,
        &no,
    )?;
    t.refused(&of("ReadRegister"), nobody.register(name).await, &no)?;
    let register = super::register::first(name, t.rng.bytes(128));
    t.refused(&of("WriteRegister"), nobody.write(register).await, &no)?;
    t.refused(&of("ListAccess"), nobody.access().await, &no)?;
    let candidate = t.candidate(home).await?;
    let access = crate::peer::access_key(&candidate.key, &[pb::Right::Read], home.group.clone());
    t.refused(&of("GrantAccess"), nobody.grant(access).await, &no)?;
    t.refused(
        &of("RevokeAccess"),
        nobody.revoke(candidate.key.public()).await,
        &no,
    )?;
    Ok(())
}

fn unknown_handle_looks_known(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let home = t.home().await?;
        let member = home.guardian.clone();
        let stranger = t.stranger(&member.relay)?;
        let known = t.works("challenge for a known handle", member.challenge().await)?;
        let unknown = t.works("challenge for an unknown one", stranger.challenge().await)?;
        let shape = |c: &pb::ChallengeResponse| (c.relay_id.clone(), c.nonce.len());
        t.equal(
            "relay id and nonce length",
            &shape(&known),
            &shape(&unknown),
        )?;
        let apart = (known.expires_at - unknown.expires_at).abs();
        t.check(
            "expiries",
            "a second or two apart",
            format!("{apart} s"),
            apart <= 2,
        )?;

        let mut answer = member.answer(&known);
        answer.signature = member.key.sign(b"something else");
        let wrong = member.relay.open_session(answer).await;
        let wrong = t.refused("wrong signature, known handle", wrong, &["BAD_CHALLENGE"])?;
        let absent = stranger.relay.open_session(stranger.answer(&unknown)).await;
        let absent = t.refused(
            "right signature, unknown handle",
            absent,
            &["BAD_CHALLENGE"],
        )?;
        t.equal(
            "both refusals",
            &(wrong.code, wrong.message),
            &(absent.code, absent.message),
        )
    })
}

/// The twin of every refused answer: the same member signs as the clause says.
async fn open_properly(t: &mut Trial, member: &Member) -> Result<(), Stop> {
    let mut member = member.clone();
    t.twin("sign and send as the clause says", member.open().await)
        .map(drop)
}

fn sorted(mut rights: Vec<i32>) -> Vec<i32> {
    rights.sort_unstable();
    rights
}
