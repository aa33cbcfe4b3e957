//! An age signal by files, from an issuer to an audience.

use crate::home::Home;

#[test]
fn an_age_signal_goes_from_issuer_to_audience_by_files() {
    let home = Home::new();
    let told = home.ok("age coarsen --lower 12 --upper 14 --cuts 13,16,18");
    assert_eq!(
        (&told["lower"], &told["upper"], &told["exact_cell"]),
        (&0.into(), &16.into(), &false.into())
    );
    home.ok(
        "age issue --lower 10 --upper 11 --cuts 13,16,18 --audience a --key @key --out @signal",
    );
    let valid = home.ok("age verify @signal --issuer @key.pub --audience a");
    assert_eq!((&valid["lower"], &valid["upper"]), (&0.into(), &13.into()));
    let table = [
        (
            "age verify @signal --issuer @key.pub --audience b --json",
            3,
            "WRONG_AUDIENCE",
        ),
        (
            "age verify @signal --issuer @key.pub --audience a --at 2090-01-01T00:00:00Z --json",
            3,
            "EXPIRED",
        ),
        (
            "age verify @family.json --issuer @key.pub --audience a --json",
            3,
            "MALFORMED",
        ),
        (
            "age verify @signal --issuer 00 --audience a --json",
            2,
            "MALFORMED",
        ),
        ("age coarsen --lower 12 --cuts 13,14 --json", 2, "MALFORMED"),
    ];
    for (line, code, reason) in table {
        let refused = home.run(line);
        assert_eq!(
            (refused.code, refused.json()["error"]["code"].as_str()),
            (code, Some(reason)),
            "{line}"
        );
    }
}
