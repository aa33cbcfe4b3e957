//! The service as a whole: unknown fields, garbage, what errors tell, health and reflection.

use super::{Kind, Role, Run, Running, Test};
use crate::peer::{Refusal, SMALL, Tip, raw};
use crate::trial::{Home, Stop, Trial};
use bytes::Bytes;
use parcep_proto::v1alpha1 as pb;
use prost::Message as _;

pub(super) const TESTS: &[Test] = &[
    Test {
        id: "T-RELAY-070-unknown-fields",
        title: "takes requests with fields it does not know",
        cites: &["R-WIRE-004"],
        role: Role::Relay,
        kind: Kind::Positive,
        quick: true,
        run: Run::Code(unknown_fields),
    },
    Test {
        id: "T-RELAY-077-nothing-beside",
        title: "keeps nothing that stands in an entry beside its fields",
        cites: &["R-RELAY-009"],
        role: Role::Relay,
        kind: Kind::Positive,
        quick: false,
        run: Run::Code(nothing_beside),
    },
    Test {
        id: "T-RELAY-071-garbage",
        title: "refuses bytes that are no request and goes on serving",
        cites: &["R-RELAY-020", "R-ERR-002"],
        role: Role::Relay,
        kind: Kind::Fault,
        quick: true,
        run: Run::Code(garbage),
    },
    Test {
        id: "T-RELAY-075-reason-for-everything",
        title: "gives a reason also for what its gRPC library refuses",
        cites: &["R-RELAY-020", "R-ERR-001"],
        role: Role::Relay,
        kind: Kind::Negative,
        quick: false,
        run: Run::Code(reason_for_everything),
    },
    Test {
        id: "T-RELAY-072-errors-keep-quiet",
        title: "repeats nothing of a request in its errors",
        cites: &["R-ERR-003"],
        role: Role::Relay,
        kind: Kind::Negative,
        quick: false,
        run: Run::Code(errors_keep_quiet),
    },
    Test {
        id: "T-RELAY-073-health",
        title: "answers health checks for the server and the service",
        cites: &["R-RELAY-033"],
        role: Role::Relay,
        kind: Kind::Positive,
        quick: true,
        run: Run::Code(health),
    },
    Test {
        id: "T-RELAY-074-reflection",
        title: "answers reflection, v1 and v1alpha",
        cites: &["R-RELAY-033"],
        role: Role::Relay,
        kind: Kind::Positive,
        quick: false,
        run: Run::Code(reflection),
    },
];

/// Fields that no version defines, of every wire type: varint, 64 bits, bytes, 32 bits.
const GREASE: &[u8] = &[
    0xf8, 0xff, 0x03, 0x2a, // field 8191, varint 42
    0xf1, 0xff, 0x03, 1, 2, 3, 4, 5, 6, 7, 8, // field 8190, 64 bits
    0xea, 0xff, 0x03, 0x03, b'a', b'b', b'c', // field 8189, three bytes
    0xe5, 0xff, 0x03, 1, 2, 3, 4, // field 8188, 32 bits
];

fn unknown_fields(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let home = t.home().await?;
        let member = home.guardian.clone();
        let session = member.session.clone();
        let entry = home.tip.entry(&mut t.rng, SMALL);
        let append = pb::AppendRequest {
            session: session.clone(),
            entry: Some(entry.clone()),
            replay: false,
        };
        let challenge = pb::ChallengeRequest {
            handle: member.handle.clone(),
            access_key: member.key.public(),
        };
        let read = pb::ReadRequest {
            session: session.clone(),
            from_seq: 0,
            limit: 0,
        };
        let register = pb::WriteRegisterRequest {
            session,
            register: Some(super::register::first(&t.rng.bytes(32), t.rng.bytes(128))),
        };
        let calls: [(&'static str, Vec<u8>); 4] = [
            (
                "/parcep.v1alpha1.RelayService/Challenge",
                challenge.encode_to_vec(),
            ),
            (APPEND, append.encode_to_vec()),
            ("/parcep.v1alpha1.RelayService/Read", read.encode_to_vec()),
            (
                "/parcep.v1alpha1.RelayService/WriteRegister",
                register.encode_to_vec(),
            ),
        ];
        for (method, mut bytes) in calls {
            bytes.extend_from_slice(GREASE);
            let answer = raw::call(&member.relay, method, bytes.into()).await;
            t.works(&format!("{method} with unknown fields"), answer)?;
        }
        let read = t.works("read", member.read_all().await)?;
        t.equal("the log", &vec![home.genesis.clone(), entry], &read)
    })
}

fn nothing_beside(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let home = t.home().await?;
        let member = home.guardian.clone();
        let entry = home.tip.entry(&mut t.rng, SMALL);
        let canary = t.rng.bytes(24);
        let mut inner = entry.encode_to_vec();
        // Field 8189, 24 bytes.
        inner.extend_from_slice(&[0xea, 0xff, 0x03, 24]);
        inner.extend_from_slice(&canary);
        let mut request = pb::AppendRequest {
            session: member.session.clone(),
            ..pb::AppendRequest::default()
        }
        .encode_to_vec();
        // Field 2 of the request, of this length.
        prost::encoding::encode_key(2, prost::encoding::WireType::LengthDelimited, &mut request);
        prost::encoding::encode_varint(inner.len() as u64, &mut request);
        request.extend_from_slice(&inner);
        let answer = raw::call(&member.relay, APPEND, request.into()).await;
        t.works("append an entry with a field beside its own", answer)?;
        let read = pb::ReadRequest {
            session: member.session.clone(),
            from_seq: entry.seq,
            limit: 1,
        };
        let method = "/parcep.v1alpha1.RelayService/Read";
        let answer = raw::call(&member.relay, method, read.encode_to_vec().into()).await;
        let bytes = t.works("read it", answer)?;
        let served = bytes.windows(canary.len()).any(|part| part == canary);
        t.equal("the field is served", &false, &served)?;
        let page = t.works("read it as entries", member.read(entry.seq, 1).await)?;
        t.equal("the entry", &vec![entry], &page.entries)
    })
}

fn garbage(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let mut home = t.home().await?;
        let member = home.guardian.clone();
        let before = t.snapshot(&member, &[]).await?;
        let whole = encoded_append(t, &home, SMALL);
        let truncated = whole.get(..whole.len() - 1).unwrap_or_default().to_vec();
        let malformed: &[&str] = &["MALFORMED"];
        // What is random may parse, and then lacks a session.
        let any: &[&str] = &["MALFORMED", "NO_SESSION"];
        let cases = [
            ("a request cut short by a byte", truncated, malformed),
            ("a wire type that does not exist", vec![0x0f], malformed),
            (
                "a field longer than the message",
                vec![0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f],
                malformed,
            ),
            ("a varint without end", vec![0xff; 16], malformed),
            ("random bytes", t.rng.bytes(512), any),
        ];
        for (what, bytes, reasons) in cases {
            let answer = raw::call(&member.relay, APPEND, Bytes::from(bytes)).await;
            t.refused(&format!("append {what}"), answer, reasons)?;
        }
        t.unchanged(&member, &[], &before).await?;
        let answer = raw::call(&member.relay, APPEND, whole.into()).await;
        t.works("append the whole request", answer)?;
        home.tip = Tip {
            next_seq: home.tip.next_seq + 1,
            ..home.tip
        };
        let status = t.works("read the status", member.status().await)?;
        t.equal("next place", &home.tip.next_seq, &status.next_seq)
    })
}

const APPEND: &str = "/parcep.v1alpha1.RelayService/Append";

fn encoded_append(t: &mut Trial, home: &Home, sizes: (usize, usize)) -> Vec<u8> {
    let request = pb::AppendRequest {
        session: home.guardian.session.clone(),
        entry: Some(home.tip.entry(&mut t.rng, sizes)),
        replay: false,
    };
    request.encode_to_vec()
}

fn reason_for_everything(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let home = t.home().await?;
        let member = home.guardian.clone();
        let before = t.snapshot(&member, &[]).await?;
        let small = encoded_append(t, &home, SMALL);
        let large = encoded_append(t, &home, (1024, 2 << 20));
        let cut = small.get(..small.len() - 1).unwrap_or_default().to_vec();
        let cases = [
            ("a request cut short", APPEND, cut, "MALFORMED"),
            ("a message of 2 MiB", APPEND, large, "TOO_LARGE"),
            (
                "a call that does not exist",
                "/parcep.v1alpha1.RelayService/Obey",
                Vec::new(),
                "UNSUPPORTED",
            ),
        ];
        for (what, method, bytes, reason) in cases {
            let answer = raw::call(&member.relay, method, bytes.into()).await;
            t.refused(what, answer, &[reason])?;
        }
        t.unchanged(&member, &[], &before).await?;
        let answer = raw::call(&member.relay, APPEND, small.into()).await;
        t.twin("the request, whole", answer).map(drop)
    })
}

fn errors_keep_quiet(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let mut home = t.home().await?;
        let member = home.guardian.clone();
        let before = t.snapshot(&member, &[]).await?;
        let canary = t.rng.bytes(32);
        let mut planted = Vec::new();
        while planted.len() < 1024 {
            planted.extend_from_slice(&canary);
        }

        let mut stale = home.tip.entry(&mut t.rng, SMALL);
        stale.seq += 1;
        stale.header = planted.clone().into();
        stale.body = Some(planted.clone().into());
        stale.slot.clone_from(&canary);
        let mut large = stale.clone();
        large.header = planted.repeat(17).into();
        let mut wrong = member.clone();
        wrong.session.clone_from(&canary);
        let mut stranger = member.clone();
        stranger.handle.clone_from(&canary);
        let register = |name: &[u8], version| {
            let mut register = super::register::first(name, planted.clone());
            register.version = version;
            register
        };
        let standing = member.write(register(&canary, 1)).await;
        t.done("write a register to be overtaken", standing)?;
        let refusals = [
            (
                "append at a wrong place",
                member.append(stale.clone()).await.err(),
            ),
            ("append a large header", member.append(large).await.err()),
            (
                "append with the canary as session",
                wrong.append(stale).await.err(),
            ),
            (
                "open a session for the canary as handle",
                stranger.open().await.err(),
            ),
            (
                "write a register out of order",
                member.write(register(&canary, 9)).await.err(),
            ),
            (
                "write a register of an odd name",
                member.write(register(&planted, 1)).await.err(),
            ),
        ];
        let secrets = [
            canary.clone(),
            member.session.clone(),
            member.handle.clone(),
        ];
        for (what, refusal) in refusals {
            keeps_quiet(t, what, refusal, &secrets)?;
        }
        t.unchanged(&member, &[], &before).await?;
        let entry = home.tip.entry(&mut t.rng, SMALL);
        t.twin("append properly", member.append(entry.clone()).await)?;
        home.tip = Tip::after(&entry);
        Ok(())
    })
}

fn keeps_quiet(
    t: &mut Trial,
    what: &str,
    refusal: Option<Refusal>,
    secrets: &[Vec<u8>],
) -> Result<(), Stop> {
    let any = [
        "STALE_HEAD",
        "TOO_LARGE",
        "NO_SESSION",
        "BAD_CHALLENGE",
        "STALE_VERSION",
        "INVALID_ARGUMENT",
        "MALFORMED",
    ];
    let answer = refusal.map_or(Ok(()), Err);
    let said = t.refused(what, answer, &any)?;
    let told = secrets
        .iter()
        .find_map(|secret| form_in(&said.everything, secret));
    t.check(
        "message, details and metadata",
        "nothing of the request",
        told.map_or_else(
            || "nothing of the request".into(),
            |form| format!("a part of it, {form}"),
        ),
        told.is_none(),
    )
}

/// In which form eight bytes of a secret occur in what was said.
fn form_in(said: &[u8], secret: &[u8]) -> Option<&'static str> {
    let part = secret.get(..8)?;
    let hex = parcep_core::hex::encode(part);
    let list = part
        .iter()
        .map(u8::to_string)
        .collect::<Vec<_>>()
        .join(", ");
    let contains = |needle: &[u8]| said.windows(needle.len()).any(|window| window == needle);
    let lower = said.to_ascii_lowercase();
    if contains(part) {
        Some("raw")
    } else if lower
        .windows(hex.len())
        .any(|window| window == hex.as_bytes())
    {
        Some("in hexadecimal")
    } else if contains(list.as_bytes()) {
        Some("as a list of numbers")
    } else {
        None
    }
}

fn health(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let relay = t.relay().await?;
        for service in ["", "parcep.v1alpha1.RelayService"] {
            let status = raw::health(&relay, service).await;
            let status = t.works(&format!("check `{service}`"), status)?;
            // 1 is SERVING in grpc.health.v1.
            t.equal("status", &1, &status)?;
        }
        Ok(())
    })
}

fn reflection(t: &mut Trial) -> Running<'_> {
    Box::pin(async move {
        let relay = t.relay().await?;
        for method in [
            "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
            "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
        ] {
            let services = raw::services(&relay, method).await;
            let services = t.works(method, services)?;
            let ours = services
                .iter()
                .any(|name| name == "parcep.v1alpha1.RelayService");
            t.check(
                "services",
                "parcep.v1alpha1.RelayService among them",
                services.join(", "),
                ours,
            )?;
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::form_in;

    #[test]
    fn a_leak_is_found_raw_in_hex_and_as_numbers() {
        let secret = [1u8, 2, 3, 4, 5, 6, 7, 0xab, 9];
        let cases: [(&[u8], Option<&str>); 4] = [
            (b"x\x01\x02\x03\x04\x05\x06\x07\xaby", Some("raw")),
            (b"head 01020304050607AB", Some("in hexadecimal")),
            (
                b"[1, 2, 3, 4, 5, 6, 7, 171, 9]",
                Some("as a list of numbers"),
            ),
            (b"nothing", None),
        ];
        for (said, expected) in cases {
            assert_eq!(form_in(said, &secret), expected);
        }
    }
}
