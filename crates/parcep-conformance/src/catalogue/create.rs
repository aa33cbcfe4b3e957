//! Creating a log.

use super::{Kind, Role, Run, Running, Spoil, Test};
use crate::peer::{Member, Refusal, SMALL, Tip, create_request};
use crate::trial::{Stop, Trial};
use parcep_proto::v1alpha1 as pb;
use pb::{CreateLogRequest, CreateLogResponse};

pub(super) const TESTS: &[Test] = &[
    Test {
        id: "T-RELAY-010-create",
        title: "creates a log whose head is the hash of its genesis",
        cites: &["R-RELAY-007", "R-LOG-001", "R-MOVE-026"],
        role: Role::Relay,
        kind: Kind::Positive,
        quick: true,
        run: Run::Code(create),
    },
    Test {
        id: "T-RELAY-011-create-twice",
        title: "keeps the first log of a handle and refuses the second",
        cites: &["R-RELAY-007", "R-ERR-002"],
        role: Role::Relay,
        kind: Kind::Negative,
        quick: true,
        run: Run::Code(create_twice),
    },
    Test {
        id: "T-RELAY-012-create-bad-genesis",
        title: "refuses a genesis that is not entry 0 behind nothing",
        cites: &["R-RELAY-007"],
        role: Role::Relay,
        kind: Kind::Negative,
        quick: false,
        run: Run::Code(bad_genesis),
    },
    Test {
        id: "T-RELAY-013-create-unsigned",
        title: "creates no log without a signature by its first key",
        cites: &["R-RELAY-004"],
        role: Role::Relay,
        kind: Kind::Negative,
        quick: true,
        run: Run::Code(create_unsigned),
    },
    Test {
        id: "T-RELAY-014-create-weak-key",
        title: "refuses a first access key of small order, or not canonical",
        cites: &["R-WIRE-011"],
        role: Role::Relay,
        kind: Kind::Negative,
        quick: false,
        run: Run::Code(weak_key),
    },
    Test {
        id: "T-RELAY-015-create-malformed",
        title: "refuses handles and groups of another length and missing parts",
        cites: &["R-RELAY-007", "R-ERR-001"],
        role: Role::Relay,
        kind: Kind::Negative,
        quick: false,
        run: Run::Code(malformed),
    },
];

/// A field that is missing, malformed or out of range.
const MALFORMED: [&str; 2] = ["INVALID_ARGUMENT", "MALFORMED"];

fn create(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let home = t.home().await?;
        t.equal("next place", &1, &home.status.next_seq)?;
        t.equal("head", &home.tip.head.to_vec(), &home.status.head)?;
        t.equal("relay epoch", &1, &home.status.relay_epoch)?;
        let entries = t.works("read it", home.guardian.read_all().await)?;
        t.equal("entries", &vec![home.genesis.clone()], &entries)?;
        let keys = t.works("list access keys", home.guardian.access().await)?;
        let owner = crate::peer::access_key(
            &home.guardian.key,
            &crate::peer::ALL_RIGHTS,
            home.group.clone(),
        );
        t.equal("access keys", &vec![owner], &keys)?;
        let relay = home.guardian.relay.clone();
        for rights in [vec![], vec![0, 99, 99]] {
            let founder = t.stranger(&relay)?;
            let what = format!("create one with the rights {rights:?}, which are not looked at");
            let created = try_create(t, &founder, |request| access_of(request).rights = rights);
            let created = created.await?;
            t.works(&what, created)?;
        }
        Ok(())
    })
}

fn create_twice(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let home = t.home().await?;
        let before = t.snapshot(&home.guardian, &[]).await?;
        let squatter = t.candidate(&home).await?;
        let second = try_create(t, &squatter, |_| {}).await?;
        t.refused(
            "create a log with the same handle and another key",
            second,
            &["LOG_EXISTS"],
        )?;
        let again = try_create(t, &home.guardian, |_| {}).await?;
        t.refused("create it again with the same key", again, &["LOG_EXISTS"])?;
        t.unchanged(&home.guardian, &[], &before).await?;
        let newcomer = t.stranger(&squatter.relay)?;
        let elsewhere = try_create(t, &newcomer, |_| {}).await?;
        t.twin("create one with another handle", elsewhere)
            .map(drop)
    })
}

fn bad_genesis(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let relay = t.relay().await?;
        let founder = t.stranger(&relay)?;
        let defects: [(&str, Spoil<pb::Entry>); 4] = [
            ("seq 1", |genesis| genesis.seq = 1),
            ("a prev that is not zero", |genesis| {
                genesis.prev = vec![1; 32]
            }),
            ("generation 0", |genesis| genesis.generation = 0),
            ("no body", |genesis| genesis.body = None),
        ];
        for (defect, make) in defects {
            let sent = try_create(t, &founder, |request| {
                request.genesis.as_mut().map(make);
            });
            let sent = sent.await?;
            t.refused(&format!("create a log with {defect}"), sent, &MALFORMED)?;
        }
        no_such_log(t, &founder).await?;
        let sent = try_create(t, &founder, |_| {}).await?;
        t.twin("create it properly", sent).map(drop)
    })
}

fn create_unsigned(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let relay = t.relay().await?;
        let founder = t.stranger(&relay)?;
        let other = t.stranger(&relay)?;
        let by_another = try_create(t, &founder, |request| {
            request.signature = other.key.sign(&request.signature);
        });
        let by_another = by_another.await?;
        t.refused("signed by another key", by_another, &["BAD_CHALLENGE"])?;
        let flipped = try_create(t, &founder, |request| {
            request.signature.reverse();
        });
        let flipped = flipped.await?;
        t.refused("signature reversed", flipped, &["BAD_CHALLENGE"])?;
        let invented = try_create(t, &founder, |request| request.nonce = vec![7; 32]).await?;
        t.refused(
            "a nonce that the relay never gave",
            invented,
            &["BAD_CHALLENGE"],
        )?;
        no_such_log(t, &founder).await?;
        let sent = try_create(t, &founder, |_| {}).await?;
        t.twin("create it properly", sent).map(drop)
    })
}

fn weak_key(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let relay = t.relay().await?;
        let founder = t.stranger(&relay)?;
        // y = 1 is the neutral element; y = 0 has order 4; the last is y = 1 + p, not canonical.
        let neutral = [&[1][..], &[0; 31]].concat();
        let not_canonical = [&[0xee][..], &[0xff; 30], &[0x7f]].concat();
        let keys = [
            ("the neutral element", neutral),
            ("a point of order 4", vec![0; 32]),
            ("1 + p", not_canonical),
        ];
        for (name, key) in keys {
            let sent = try_create(t, &founder, |request| {
                access_of(request).access_key = key;
            });
            let sent = sent.await?;
            t.refused(&format!("first key: {name}"), sent, &["WEAK_KEY"])?;
        }
        no_such_log(t, &founder).await?;
        let sent = try_create(t, &founder, |_| {}).await?;
        t.twin("create it with a good key", sent).map(drop)
    })
}

fn malformed(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let relay = t.relay().await?;
        let founder = t.stranger(&relay)?;
        for (length, reasons) in [(0, &MALFORMED[..]), (15, &MALFORMED), (33, &["TOO_LARGE"])] {
            let mut other = founder.clone();
            other.handle = t.rng.bytes(length);
            let challenged = other.challenge().await;
            let what = format!("challenge for a handle of {length} bytes");
            t.refused(&what, challenged, reasons)?;
        }
        let defects: [(&str, Spoil<CreateLogRequest>); 4] = [
            ("no genesis", |request| request.genesis = None),
            ("no access key", |request| request.access = None),
            ("a group of 15 bytes", |request| {
                access_of(request).group.truncate(15);
            }),
            ("an access key of 31 bytes", |request| {
                access_of(request).access_key.truncate(31);
            }),
        ];
        for (defect, make) in defects {
            let sent = try_create(t, &founder, make).await?;
            t.refused(&format!("create with {defect}"), sent, &MALFORMED)?;
        }
        no_such_log(t, &founder).await?;
        for length in [16, 32] {
            let mut founder = t.stranger(&relay)?;
            founder.handle.truncate(length);
            let sent = try_create(t, &founder, |_| {}).await?;
            t.twin(&format!("create with a handle of {length} bytes"), sent)?;
        }
        Ok(())
    })
}

/// Asks for a challenge and creates a log, after `spoil` had its way with the request.
pub(super) async fn try_create(
    t: &mut Trial,
    founder: &Member,
    spoil: impl FnOnce(&mut CreateLogRequest),
) -> Result<Result<CreateLogResponse, Refusal>, Stop> {
    let challenge = t.done("ask for a challenge", founder.challenge().await)?;
    let genesis = Tip::EMPTY.entry(&mut t.rng, SMALL);
    let group = t.rng.bytes(16);
    let voucher = t.target.voucher.clone();
    let mut request = create_request(founder, &challenge, genesis, group, voucher);
    spoil(&mut request);
    Ok(founder.relay.create_log(request).await)
}

fn access_of(request: &mut CreateLogRequest) -> &mut pb::AccessKey {
    request.access.get_or_insert_default()
}

/// What was refused made no log: its founder can open no session.
pub(super) async fn no_such_log(t: &mut Trial, founder: &Member) -> Result<(), Stop> {
    let mut founder = founder.clone();
    let opened = founder.open().await;
    let (observed, ok) = match &opened {
        Ok(_) => ("a session opened".into(), false),
        Err(refusal) => (
            refusal.to_string(),
            refusal
                .said()
                .is_some_and(|said| said.reason.as_deref() == Some("BAD_CHALLENGE")),
        ),
    };
    t.still(
        "open a session for the log that was refused",
        "refused with BAD_CHALLENGE",
        observed,
        ok,
    )
}
