use super::*;

fn read(text: &str) -> Json {
    parse(text.as_bytes(), Limits::DOCUMENT).unwrap()
}

fn fault(bytes: &[u8]) -> Trouble {
    parse(bytes, Limits::DOCUMENT).unwrap_err()
}

#[test]
fn the_example_of_rfc_8785_section_3_2_2_comes_out_as_printed_there() {
    let input = r#"{
      "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
      "literals": [null, true, false]
    }"#;
    let expected = "{\"literals\":[null,true,false],\
        \"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],\
        \"string\":\"\u{20ac}$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}";
    assert_eq!(canonical(&read(input)), expected);
}

#[test]
fn names_sort_by_utf_16_units_as_in_rfc_8785_section_3_2_3() {
    let input = r#"{
      "\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh",
      "1": "One", "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control",
      "\u00f6": "Latin Small Letter O With Diaeresis"
    }"#;
    let Json::Object(members) = read(&canonical(&read(input))) else {
        panic!("an object")
    };
    let order: Vec<_> = members.iter().map(|(_, v)| v.clone()).collect();
    let expected = [
        "Carriage Return",
        "One",
        "Control",
        "Latin Small Letter O With Diaeresis",
        "Euro Sign",
        "Emoji: Grinning Face",
        "Hebrew Letter Dalet With Dagesh",
    ];
    assert_eq!(order, expected.map(Json::text));
}

#[test]
fn numbers_follow_the_table_of_rfc_8785_appendix_b() {
    // (bits of the double, text of the table)
    let table: [(u64, &str); 24] = [
        (0x0000000000000000, "0"),
        (0x8000000000000000, "0"),
        (0x0000000000000001, "5e-324"),
        (0x8000000000000001, "-5e-324"),
        (0x7fefffffffffffff, "1.7976931348623157e+308"),
        (0xffefffffffffffff, "-1.7976931348623157e+308"),
        (0x4340000000000000, "9007199254740992"),
        (0xc340000000000000, "-9007199254740992"),
        (0x4430000000000000, "295147905179352830000"),
        (0x44b52d02c7e14af5, "9.999999999999997e+22"),
        (0x44b52d02c7e14af6, "1e+23"),
        (0x44b52d02c7e14af7, "1.0000000000000001e+23"),
        (0x444b1ae4d6e2ef4e, "999999999999999700000"),
        (0x444b1ae4d6e2ef4f, "999999999999999900000"),
        (0x444b1ae4d6e2ef50, "1e+21"),
        (0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7"),
        (0x3eb0c6f7a0b5ed8d, "0.000001"),
        (0x41b3de4355555553, "333333333.3333332"),
        (0x41b3de4355555554, "333333333.33333325"),
        (0x41b3de4355555555, "333333333.3333333"),
        (0x41b3de4355555556, "333333333.3333334"),
        (0x41b3de4355555557, "333333333.33333343"),
        (0xbecbf647612f3696, "-0.0000033333333333333333"),
        (0x43143ff3c1cb0959, "1424953923781206.2"),
    ];
    for (bits, expected) in table {
        // Seventeen digits name a double exactly.
        let lexeme = format!("{:.17e}", f64::from_bits(bits));
        assert_eq!(canonical(&read(&lexeme)), expected, "{bits:016x}");
    }
}

#[test]
fn spellings_of_one_number_are_the_same_value_and_keep_their_lexeme() {
    for (a, b) in [("5.00", "5"), ("1e2", "100"), ("-0", "0"), ("0.1e1", "1")] {
        assert!(read(a).same(&read(b)), "{a} and {b}");
        assert_ne!(read(a), read(b));
        assert_eq!(pretty(&read(a)).trim_end(), a);
    }
    assert!(!read("5").same(&read("5.01")));
}

#[test]
fn a_hundred_thousand_nested_arrays_are_one_clear_refusal() {
    for text in [
        "[".repeat(100_000),
        "[".repeat(100_000) + &"]".repeat(100_000),
    ] {
        let trouble = fault(text.as_bytes());
        assert_eq!(trouble.fault, Fault::TooDeep);
        assert_eq!((trouble.line, trouble.column), (1, 65));
    }
    let objects = "{\"a\":".repeat(100_000);
    assert_eq!(fault(objects.as_bytes()).fault, Fault::TooDeep);
}

#[test]
fn sixty_four_levels_are_read() {
    let text = "[".repeat(64) + &"]".repeat(64);
    assert!(parse(text.as_bytes(), Limits::DOCUMENT).is_ok());
}

#[test]
fn every_fault_is_named_at_its_place() {
    let table: [(&[u8], Fault, &str); 20] = [
        (b"", Fault::Truncated, ""),
        (b"{", Fault::Truncated, ""),
        (b"{\"a\": [1, 2", Fault::Truncated, "/a"),
        (b"{\"a\": \"x", Fault::Truncated, "/a"),
        (b"{\"a\": nul", Fault::Syntax, "/a"),
        (b"[1, NaN]", Fault::Number, "/1"),
        (b"[-Infinity]", Fault::Number, "/0"),
        (b"[1e400]", Fault::Number, "/0"),
        (b"[01]", Fault::Syntax, "/0"),
        (b"[1.]", Fault::Syntax, "/0"),
        (b"[+1]", Fault::Syntax, "/0"),
        (b"[0x10]", Fault::Syntax, "/0"),
        (
            b"{\"a/b\": {\"c~d\": 1, \"c~d\": 2}}",
            Fault::DuplicateMember,
            "/a~1b/c~0d",
        ),
        (b"{} {}", Fault::Syntax, ""),
        (b"[1,]", Fault::Syntax, "/1"),
        (b"{\"a\": 1,}", Fault::Syntax, ""),
        (b"[\"\\ud800\"]", Fault::Syntax, "/0"),
        (b"[\"\\x\"]", Fault::Syntax, "/0"),
        (b"[\"a\nb\"]", Fault::Syntax, "/0"),
        (b"[\"\xff\"]", Fault::NotUtf8, ""),
    ];
    for (text, expected, pointer) in table {
        let trouble = fault(text);
        let shown = String::from_utf8_lossy(text);
        assert_eq!(
            (trouble.fault, trouble.pointer.as_str()),
            (expected, pointer),
            "{shown}"
        );
    }
}

#[test]
fn a_text_over_the_size_limit_is_refused_before_it_is_read() {
    let small = Limits { bytes: 8, depth: 4 };
    assert_eq!(
        parse(b"[1,2,3,4]", small).unwrap_err().fault,
        Fault::TooLarge
    );
    assert!(parse(b"[1,2,34]", small).is_ok());
}

#[test]
fn a_byte_order_mark_is_ignored_and_places_count_characters() {
    assert_eq!(read("\u{feff}[1]"), read("[1]"));
    let trouble = fault("{\n  \"é\": x\n}".as_bytes());
    assert_eq!((trouble.line, trouble.column), (2, 8));
}
