use super::*;
use crate::policy::{LocalTime, Weekday, Weekdays};
use jiff::Zoned;

const NB: &str = "\u{a0}";

fn voice(language: Language) -> Voice {
    Voice::new(language, Register::Adult)
}

fn at(text: &str) -> Zoned {
    text.parse().unwrap()
}

#[test]
fn a_moment_is_told_as_people_tell_it() {
    let now = at("2026-11-23T20:00[Europe/Berlin]");
    let table = [
        ("2026-11-23T21:30[Europe/Berlin]", "today at 21:30"),
        (
            "2026-11-24T07:00[Europe/Berlin]",
            "tomorrow, Tuesday, at 07:00",
        ),
        ("2026-11-29T07:00[Europe/Berlin]", "on Sunday at 07:00"),
        (
            "2026-11-30T07:00[Europe/Berlin]",
            "on Monday 30 November at 07:00",
        ),
        (
            "2027-01-01T00:00[Europe/Berlin]",
            "on Friday 1 January 2027 at 00:00",
        ),
        // Seen from Berlin it is already tomorrow where the child is.
        ("2026-11-24T08:30[Asia/Tokyo]", "today at 08:30"),
    ];
    for (then, told) in table {
        assert_eq!(voice(Language::English).moment(&at(then), &now), told);
    }
    let french = voice(Language::French);
    let then = at("2026-12-01T07:05[Europe/Paris]");
    assert_eq!(
        french.moment(&then, &now),
        format!("le mardi 1er décembre à 7{NB}h{NB}05")
    );
}

/// R-EVAL-004: the clock of Berlin shows 02:30 twice on 25 October 2026.
#[test]
fn a_time_that_comes_twice_says_which_it_is() {
    let now = at("2026-10-25T00:00[Europe/Berlin]");
    let english = Voice::new(Language::English, Register::Child);
    let told = |text| english.moment(&at(text), &now);
    assert_eq!(
        told("2026-10-25T02:30+02:00[Europe/Berlin]"),
        "today at 02:30, the first time the clock shows it"
    );
    assert_eq!(
        told("2026-10-25T02:30+01:00[Europe/Berlin]"),
        "today at 02:30, the second time the clock shows it"
    );
    assert_eq!(
        told("2026-10-25T03:00+01:00[Europe/Berlin]"),
        "today at 03:00"
    );
}

#[test]
fn a_change_of_clocks_is_told_only_where_it_lies_in_between() {
    let english = voice(Language::English);
    let spring = at("2026-03-28T20:00[Europe/Berlin]");
    let morning = at("2026-03-29T07:00[Europe/Berlin]");
    assert_eq!(
        english.clock_change(&morning, &spring).unwrap(),
        "The clocks change before that: tomorrow, Sunday, at 02:00 they go forward by 1 h."
    );
    assert_eq!(
        english.clock_change(&spring, &at("2026-03-28T19:00[Europe/Berlin]")),
        None
    );
    let autumn = at("2026-10-24T20:00[Europe/Paris]");
    let morning = at("2026-10-25T07:00[Europe/Paris]");
    assert_eq!(
        voice(Language::French)
            .clock_change(&morning, &autumn)
            .unwrap(),
        format!("L’heure change d’ici là{NB}: demain, dimanche, à 3{NB}h, on recule de 1{NB}h.")
    );
    // Half an hour on Lord Howe Island.
    let (before, after) = (
        at("2026-04-04T12:00[Australia/Lord_Howe]"),
        at("2026-04-05T12:00[Australia/Lord_Howe]"),
    );
    assert!(
        english
            .clock_change(&after, &before)
            .unwrap()
            .ends_with("back by 30 min.")
    );
}

#[test]
fn spans_and_days_have_plain_words() {
    let (adult, child) = (
        Voice::default(),
        Voice::new(Language::English, Register::Child),
    );
    let spans = [
        (0, "none"),
        (45, "45 s"),
        (60, "1 min"),
        (1800, "30 min"),
        (1805, "30 min 5 s"),
        (3600, "1 h"),
        (5400, "1 h 30 min"),
    ];
    for (seconds, told) in spans {
        assert_eq!(adult.span(seconds), told);
    }
    assert_eq!(
        (child.span(60), child.span(1800)),
        ("1 minute".into(), "30 minutes".into())
    );
    assert_eq!(adult.weekdays(Weekdays::ALL), "every day");
    assert_eq!(
        adult.weekdays(Weekdays::SATURDAY_SUNDAY),
        "Saturday and Sunday"
    );
    let days = Weekdays::of([Weekday::Monday, Weekday::Wednesday, Weekday::Friday]).unwrap();
    assert_eq!(
        voice(Language::French).weekdays(days),
        "le lundi, le mercredi et le vendredi"
    );
    let half = LocalTime::hm(19, 30).unwrap();
    assert_eq!(adult.local_time(half), "19:30");
    assert_eq!(
        voice(Language::French).local_time(half),
        format!("19{NB}h{NB}30")
    );
}

#[test]
fn an_author_is_a_name_somebody_or_the_law() {
    let guardian = LayerAuthor::guardian("g1").unwrap();
    let law: LayerAuthor = serde_json::from_str(r#"{"jurisdiction": "de-by"}"#).unwrap();
    let unknown: LayerAuthor = serde_json::from_str(r#"{"jurisdiction": "zz"}"#).unwrap();
    let child = Voice::new(Language::French, Register::Child);
    assert_eq!(child.author(&guardian, Some("Mireille")), "Mireille");
    assert_eq!(
        child.author(&guardian, None),
        "un adulte qui s’occupe de toi"
    );
    assert_eq!(child.author(&law, Some("never used")), "la loi (Allemagne)");
    assert_eq!(Voice::default().author(&law, None), "the law of Germany");
    assert_eq!(Voice::default().author(&unknown, None), "the law of ZZ");
}

#[test]
fn what_is_put_in_is_not_read_again() {
    let name = "{reason}";
    let said = Voice::default().say(Text::Answer, &[("effect", &name), ("reason", &"x")]);
    assert_eq!(said, "{reason}: x.");
}

#[test]
fn a_category_of_another_taxonomy_keeps_its_code() {
    let french = voice(Language::French);
    assert_eq!(
        french.category(&"games".parse().unwrap()),
        "Jeux et divertissement"
    );
    assert_eq!(french.category(&"iab@3.0/games".parse().unwrap()), "games");
}

#[test]
fn a_language_is_found_by_any_tag_of_it() {
    assert_eq!("fr-CA".parse(), Ok(Language::French));
    assert_eq!("EN".parse(), Ok(Language::English));
    assert_eq!("de".parse::<Language>(), Err(UnknownLanguage));
    assert_eq!(
        (language_name("de"), language_name("tlh")),
        ("Deutsch", "tlh")
    );
}

/// R-EVAL-052: both registers in both languages, for every reason that a decision can give.
#[test]
fn there_is_something_to_say_about_every_reason() {
    for row in &crate::registry::DECISION_REASONS {
        for language in Language::ALL {
            for register in [Register::Adult, Register::Child] {
                let voice = Voice::new(language, register);
                assert!(!voice.reason(row.reason).is_empty(), "{}", row.code);
                assert!(!voice.what_to_do(row.reason).is_empty(), "{}", row.code);
            }
        }
    }
}
