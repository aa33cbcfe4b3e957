use super::*;
use crate::trial::StepRole;
use parcep_proto::v1alpha1 as pb;
use prost::Message as _;

const APPEND: &str = "/parcep.v1alpha1.RelayService/Append";
const CREATE: &str = "/parcep.v1alpha1.RelayService/CreateLog";

fn step(what: &str, ok: bool) -> Step {
    Step {
        what: what.into(),
        role: StepRole::Check,
        expected: "one".into(),
        observed: "another".into(),
        ok,
    }
}

fn texts(lines: &[Line]) -> Vec<&str> {
    lines.iter().map(|line| line.text.as_str()).collect()
}

#[test]
fn a_call_is_shown_with_the_names_of_its_fields_and_sizes_and_hashes_of_its_bytes() {
    let tape = Tape::running();
    let entry = pb::Entry {
        seq: 7,
        prev: vec![9; 32],
        body: Some(vec![2; 2048].into()),
        ..pb::Entry::default()
    };
    let request = pb::AppendRequest {
        session: vec![1; 32],
        entry: Some(entry),
        replay: true,
    };
    tape.called(APPEND, &request.encode_to_vec());
    tape.answered(APPEND, Err("refused with STALE_HEAD".into()));
    let lines = tape.lines();
    let [out, back] = lines.as_slice() else {
        panic!("{lines:?}");
    };
    assert_eq!((out.way, back.way), (Way::Out, Way::In));
    let expected = "Append {session: 32 bytes, entry: {seq: 7, prev: 32 bytes #";
    assert!(out.text.starts_with(expected), "{}", out.text);
    assert!(out.text.contains("body: 2048 bytes #"), "{}", out.text);
    assert!(out.text.ends_with("replay: true}"), "{}", out.text);
    assert_eq!(back.text, "Append refused with STALE_HEAD");
}

#[test]
fn bytes_that_are_no_message_are_a_size_and_a_hash() {
    let tape = Tape::running();
    tape.called(APPEND, &[0xff; 9]);
    tape.called("/x.Y/Z", b"anything");
    let lines = tape.lines();
    assert!(lines[0].text.starts_with("Append <9 bytes #"), "{lines:?}");
    assert!(lines[1].text.starts_with("Z <8 bytes #"), "{lines:?}");
}

/// R-CONF-019: secrets planted wherever one can stand.
#[test]
fn no_key_token_voucher_or_sealed_bytes_can_be_read_from_a_transcript() {
    let secret: Vec<u8> = (0_u8..32)
        .map(|byte| byte.wrapping_mul(37) ^ 0x5a)
        .collect();
    let hex = parcep_core::hex::encode(&secret);
    let base64 = {
        use base64::Engine as _;
        base64::engine::general_purpose::STANDARD.encode(&secret)
    };
    let tape = Tape::running();
    let request = pb::CreateLogRequest {
        handle: secret.clone(),
        nonce: secret.clone(),
        signature: secret.clone(),
        voucher: b"gift-card-77".to_vec(),
        ..pb::CreateLogRequest::default()
    };
    tape.called(CREATE, &request.encode_to_vec());
    tape.answered(CREATE, Ok(&secret));
    tape.answered(CREATE, Err(format!("refused with {hex}")));
    tape.sent(&format!(
        r#"{{"seq":"1","op":"act","answer":"{hex}{hex}"}}"#
    ));
    tape.came(&format!(
        r#"{{"seq":"1","outcome":"ok","join_request":"{hex}"}}"#
    ));
    tape.came(&format!("DEBUG private key {}", hex.to_uppercase()));
    tape.came(&format!("key={hex}; pem {base64}"));
    tape.event(&base64);
    let mut failed = step("look", false);
    failed.observed = format!("session {hex}");
    tape.step(&failed);
    let all = serde_json::to_string(&tape.lines()).unwrap();
    let raw = String::from_utf8_lossy(&secret).into_owned();
    let pieces = [
        hex.get(8..40),
        hex.get(..40),
        base64.get(4..30),
        Some("gift-card"),
        Some(&raw),
    ];
    for piece in pieces.into_iter().flatten() {
        let found = all.to_lowercase().contains(&piece.to_lowercase());
        assert!(!found, "{piece} in {all}");
    }
    assert!(all.contains(r#"\"op\":\"act\""#), "{all}");
}

#[test]
fn an_id_and_words_are_left_as_they_are() {
    let line = r#"{"dependant":"8d0b0000000000000000000000000001","action":"app:android/org.example.clips","rules":"8d0b0000000000000000000000000000/time/day"}"#;
    assert_eq!(redacted(line), line);
    let word = "T-POINT-302-ceiling/after-a-restart/and-a-very-long-name-behind-it";
    assert_eq!(redacted(word), word);
}

#[test]
fn a_long_attempt_keeps_its_beginning_and_its_end_and_says_what_is_left_out() {
    let tape = Tape::running();
    for number in 0..3000 {
        tape.sent(&format!("request {number} {}", "word ".repeat(20)));
    }
    tape.sent(&"x ".repeat(1 << 20));
    let lines = tape.lines();
    let bytes: usize = lines.iter().map(|line| line.text.len()).sum();
    assert!(bytes <= MOST + 100, "{bytes}");
    assert!(lines[0].text.starts_with("request 0 "));
    let last = &lines[lines.len() - 2].text;
    assert!(last.starts_with("request 2999 "), "{last}");
    let cut: Vec<_> = lines.iter().filter(|line| line.way == Way::Cut).collect();
    assert_eq!(cut.len(), 1);
    let left_out: usize = cut[0].text.split(' ').next().unwrap().parse().unwrap();
    assert_eq!(left_out + lines.len() - 1, 3001);
}

#[test]
fn the_slice_is_what_crossed_for_the_step_that_failed() {
    let tape = Tape::running();
    tape.sent("a");
    tape.came("b");
    tape.step(&step("first", true));
    tape.sent("c");
    tape.came("d");
    tape.step(&step("second", true));
    tape.step(&step("third", false));
    tape.sent("stop");
    let expected = ["c", "d", "second", "third: expected one, observed another"];
    assert_eq!(texts(&slice(&tape.lines())), expected);
    assert!(slice(&[]).is_empty());
}

#[test]
fn without_a_failed_step_the_slice_is_the_end() {
    let tape = Tape::running();
    tape.sent("a");
    tape.step(&step("first", true));
    tape.sent("b");
    assert_eq!(texts(&slice(&tape.lines())), ["b"]);
}
