use super::*;
use crate::crypto::SigningKey;
use jiff::civil::date;
use serde_json::json;

fn issuer(name: &str, seed: u8, from: Date, until: Date) -> TrustedIssuer {
    TrustedIssuer {
        name: name.into(),
        role: IssuerRole::AgeProvider,
        key: SigningKey::from_seed([seed; 32]).unwrap().public(),
        from,
        until,
        practice_statement: Some("https://age.example/practice".into()),
    }
}

fn year(name: &str, seed: u8, year: i16) -> TrustedIssuer {
    issuer(name, seed, date(year, 1, 1), date(year + 1, 1, 1))
}

fn at(date: Date) -> i64 {
    crate::zones::day_number(date) * DAY
}

/// R-AGE-024; the other half of 26 is a claim's own end.
#[test]
fn age_26_a_key_is_trusted_for_claims_of_its_days_and_for_no_other() {
    let issuer = year("A", 1, 2026);
    assert!(!issuer.trusted_for(at(date(2026, 1, 1)) - 1));
    assert!(issuer.trusted_for(at(date(2026, 1, 1))));
    assert!(issuer.trusted_for(at(date(2027, 1, 1)) - 1));
    assert!(!issuer.trusted_for(at(date(2027, 1, 1))));
    for issued in [i64::MIN, -1, i64::MAX] {
        assert!(!issuer.trusted_for(issued));
    }
}

/// R-AGE-024
#[test]
fn age_26_an_id_of_no_entry_finds_nobody() {
    let list = TrustList::new(vec![year("A", 1, 2026)]).unwrap();
    let id = list.issuers()[0].key_id();
    assert!(list.find(id.as_bytes()).is_some());
    assert!(list.find(year("A", 2, 2026).key_id().as_bytes()).is_none());
    assert!(list.find(&id.as_bytes()[..31]).is_none());
    assert!(list.find(&[]).is_none());
}

/// R-AGE-024: a key for each person would be a name of each person.
#[test]
fn age_49_one_issuer_has_at_most_two_keys_on_a_day() {
    let two = vec![year("A", 1, 2026), year("A", 2, 2026)];
    assert!(TrustList::new(two.clone()).is_ok());
    let third = |issuer| {
        let mut three = two.clone();
        three.push(issuer);
        TrustList::new(three)
    };
    assert_eq!(
        third(year("A", 3, 2026)),
        Err(TrustError::TooManyKeys { entry: 0 })
    );
    let last_day = issuer("A", 3, date(2026, 12, 31), date(2028, 1, 1));
    assert_eq!(third(last_day), Err(TrustError::TooManyKeys { entry: 2 }));
    // The day after, and another issuer's key: both fine.
    assert!(third(year("A", 3, 2027)).is_ok());
    assert!(third(year("B", 3, 2026)).is_ok());
}

#[test]
fn a_long_series_of_keys_one_after_another_is_fine() {
    let series = (0..60).map(|n| {
        let from = date(2026, 1, 1)
            .checked_add(jiff::Span::new().months(n))
            .unwrap();
        let until = from.checked_add(jiff::Span::new().months(2)).unwrap();
        issuer("A", u8::try_from(n).unwrap(), from, until)
    });
    assert!(TrustList::new(series.collect()).is_ok());
}

/// R-AGE-024: a key in two rows of one issuer counts once.
#[test]
fn a_key_has_as_many_rows_as_its_issuer_likes_and_one_issuer() {
    let rows = vec![
        year("A", 1, 2026),
        year("A", 1, 2026),
        year("A", 1, 2028),
        year("A", 2, 2026),
    ];
    let list = TrustList::new(rows).unwrap();
    let id = year("A", 1, 2026).key_id();
    let from = |year| list.find_for(id.as_bytes(), at(date(year, 5, 1)));
    assert_eq!(from(2026).map(|row| row.from), Some(date(2026, 1, 1)));
    assert_eq!(from(2027), None);
    assert_eq!(from(2028).map(|row| row.from), Some(date(2028, 1, 1)));
    let shared = vec![year("A", 1, 2026), year("B", 1, 2028)];
    assert_eq!(
        TrustList::new(shared),
        Err(TrustError::SharedKey { entry: 1 })
    );
}

#[test]
fn an_entry_out_of_range_is_told_with_its_member() {
    type Change = fn(&mut TrustedIssuer);
    let table: [(&str, Change); 6] = [
        ("name", |issuer| issuer.name.clear()),
        ("name", |issuer| issuer.name = "n".repeat(129)),
        ("until", |issuer| issuer.until = issuer.from),
        ("practice_statement", |issuer| {
            issuer.practice_statement = Some("http://age.example".into());
        }),
        ("practice_statement", |issuer| {
            issuer.practice_statement = Some("https://".into());
        }),
        ("practice_statement", |issuer| {
            issuer.practice_statement = Some(format!("https://{}", "a".repeat(505)));
        }),
    ];
    for (member, change) in table {
        let mut bad = year("B", 2, 2026);
        change(&mut bad);
        assert_eq!(
            TrustList::new(vec![year("A", 1, 2026), bad]),
            Err(TrustError::Entry { entry: 1, member })
        );
    }
    let many = (0..=MAX_ENTRIES).map(|_| year("A", 1, 2026)).collect();
    assert_eq!(TrustList::new(many), Err(TrustError::TooLarge));
}

#[test]
fn the_file_form_is_read_and_written_alike() {
    let list = TrustList::new(vec![year("A", 1, 2026), year("B", 2, 2026)]).unwrap();
    let json = serde_json::to_value(&list).unwrap();
    assert_eq!(json["format"], TRUST_FORMAT);
    assert_eq!(json["issuers"][1]["from"], "2026-01-01");
    assert_eq!(json["issuers"][1]["role"], "age_provider");
    let bytes = serde_json::to_vec(&json).unwrap();
    assert_eq!(TrustList::parse(&bytes), Ok(list));
}

#[test]
fn a_file_with_a_fault_is_refused_whole_with_one_error() {
    let good = serde_json::to_value(TrustList::new(vec![year("A", 1, 2026)]).unwrap()).unwrap();
    let code = |pointer: &str, value: serde_json::Value| {
        let mut json = good.clone();
        *json.pointer_mut(pointer).unwrap() = value;
        let bytes = serde_json::to_vec(&json).unwrap();
        TrustList::parse(&bytes).map_err(|error| (error.reason(), error.to_string()))
    };
    let table = [
        ("/format", json!("parcep-age-trust/2"), "expected format"),
        ("/issuers", json!({}), "not a trust list"),
        ("/issuers/0/role", json!("neighbour"), "not a trust list"),
        ("/issuers/0/key", json!("zz"), "issuer 0: `key`"),
        ("/issuers/0/key", json!("11"), "issuer 0: `key`"),
        ("/issuers/0/from", json!("2026-02-30"), "not a trust list"),
        ("/issuers/0/until", json!("2026-01-01"), "issuer 0: `until`"),
    ];
    for (pointer, value, expected) in table {
        let (reason, text) = code(pointer, value).unwrap_err();
        assert_eq!(reason, Reason::Malformed, "{pointer}");
        assert!(text.starts_with(expected), "{pointer}: {text}");
    }
    let weak = code("/issuers/0/key", json!("00".repeat(32))).unwrap_err();
    assert_eq!(weak.0, Reason::WeakKey);
    assert!(TrustList::parse(b"[").is_err());
    let large = vec![b' '; MAX_BYTES + 1];
    assert_eq!(TrustList::parse(&large), Err(TrustError::TooLarge));
}
