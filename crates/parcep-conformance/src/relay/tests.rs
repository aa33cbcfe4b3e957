use super::*;

/// Unknown names, paths and values are refused where the catalogue is built (R-CONF-008).
#[test]
fn the_catalogue_is_read_and_every_case_is_rehearsed() {
    assert_eq!(scripts().as_ref().err(), None);
    for template in templates().as_ref().unwrap() {
        assert_eq!(
            template.grade,
            crate::script::Grade::Wire,
            "{}",
            template.id
        );
    }
}

/// Why a test with these lines is no test.
fn fault_of(home: &str, step: &str) -> Option<String> {
    let hash = crate::trace::sentence_hash(&crate::spec::requirement("R-CONF-001")?.sentence);
    let text = format!(
        "about = \"x\"\n[[test]]\nid = \"T-X-001-x\"\ntitle = \"x\"\ncites = [\"R-CONF-001 {hash}\"]\ngrade = \"wire\"\nkind = \"positive\"\nhome = {home}\nsteps = [{{ do = \"call\", rpc = \"Read\", as = \"check\" }}, {step}]"
    );
    let scripts: Vec<Script> = match read(&[("x.toml", &text)]).and_then(|read| cases(&read)) {
        Ok(scripts) => scripts,
        Err(error) => return Some(error),
    };
    scripts
        .iter()
        .find_map(|script| rehearse::rehearse(script).err())
}

#[test]
fn a_step_that_names_what_is_not_there_is_found_when_the_catalogue_is_built() {
    let cases = [
        ("{ do = \"call\", rpc = \"Read\" }", ""),
        (
            "{ do = \"call\", rpc = \"Obey\" }",
            "there is no call `Obey`",
        ),
        (
            "{ do = \"call\", rpc = \"Read\", by = \"nobody\" }",
            "there is no `nobody`",
        ),
        (
            "{ do = \"call\", rpc = \"Read\", with = { colour = 1 } }",
            "no field `colour`",
        ),
        (
            "{ do = \"call\", rpc = \"Append\", with = { \"entry.seq\" = \"blue\" } }",
            "is no number",
        ),
        (
            "{ do = \"call\", rpc = \"Append\", with = { entry = \"$tip.head\" } }",
            "entry",
        ),
        (
            "{ do = \"call\", rpc = \"Append\", with = { \"entry.prev\" = { spin = 1 } } }",
            "unknown field `spin`",
        ),
        (
            "{ do = \"call\", rpc = \"Append\", with = { \"entry.prev\" = \"$lost.head\" } }",
            "nothing is called `$lost.head`",
        ),
        (
            "{ do = \"call\", rpc = \"Read\", is = { \"status.tail\" = 1 } }",
            "no field `tail`",
        ),
        (
            "{ do = \"call\", rpc = \"Read\", refused = [\"BAD_MOOD\"] }",
            "there is no reason `BAD_MOOD`",
        ),
        (
            "{ do = \"call\", rpc = \"Read\", signs = { nonce = { flip = 1 } } }",
            "signs nothing",
        ),
        ("{ do = \"call\", rpc = \"Watch\" }", "a watch needs a name"),
        ("{ do = \"take\", from = \"w\" }", "there is no watch `w`"),
        ("{ do = \"unchanged\" }", "`unchanged` before `look`"),
        (
            "{ do = \"native\", name = \"magic\" }",
            "nothing is called `magic`",
        ),
        ("{ do = \"dance\" }", "unknown variant `dance`"),
    ];
    for (step, expected) in cases {
        let fault = fault_of("{}", step).unwrap_or_default();
        assert!(fault.contains(expected), "{step}: {fault}");
        assert_eq!(fault.is_empty(), expected.is_empty(), "{step}: {fault}");
    }
    let home = "{ members = { m = { rights = [\"fly\"] } } }";
    let fault = fault_of(home, "{ do = \"look\" }").unwrap();
    assert!(fault.contains("there is no right `fly`"), "{fault}");
}

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
        assert_eq!(play::form_in(said, &secret), expected);
    }
}

/// What data cannot say stays the exception.
#[test]
fn at_most_15_percent_of_the_tests_do_what_data_cannot_say() {
    let templates = templates().as_ref().unwrap();
    let native = |step: &&serde_json::Value| step.get("do").is_some_and(|name| name == "native");
    let natives = templates
        .iter()
        .filter(|one| one.steps.iter().any(|step| native(&step)));
    assert!(natives.count() * 100 <= templates.len() * 15);
}
