//! What comes in goes out; what was edited goes out edited.

use crate::support::{OKAFOR, assert_round_trip, child, import, json, with_policy};
use parcep_core::policy::{
    Allowance, Budget, BudgetTarget, HostRule, Override, OverrideKind, Weekdays,
};
use parcep_interchange::family::{Imported, LossCode};
use parcep_interchange::json::{Json, pretty};
use parcep_interchange::{file, pcps};

// R-PCPS-020
#[test]
fn a_family_with_most_traps_comes_out_equal_under_rfc_8785() {
    assert_round_trip(OKAFOR);
}

#[test]
fn even_lexemes_and_array_order_come_out_as_written() {
    let (out, _) = pcps::export(&import(OKAFOR));
    let out = pretty(&out);
    for lexeme in [
        "20.00",
        "1e1",
        "2026-03-01T09:15:00.250+01:00",
        "2026-05-05T18:00:00+02:00",
    ] {
        assert!(out.contains(lexeme), "{lexeme}");
    }
}

#[test]
fn the_published_example_comes_out_equal_where_it_is_at_hand() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/data/external/pcps/example.json"
    );
    let Ok(text) = std::fs::read_to_string(path) else {
        return;
    };
    assert_round_trip(&text);
}

// R-PCPS-022
#[test]
fn a_policy_file_keeps_everything_that_an_export_needs() {
    let saved = file::save(&import(OKAFOR)).unwrap();
    let loaded = file::load(saved.as_bytes()).unwrap();
    assert_eq!(loaded, import(OKAFOR));
    assert!(pcps::export(&loaded).0.same(&json(OKAFOR)));
}

/// Imports, edits, exports; gives back the policy of the first child.
fn edited(text: &str, edit: impl FnOnce(&mut Imported)) -> Json {
    let mut imported = import(text);
    edit(&mut imported);
    let (out, _) = pcps::export(&imported);
    let Json::Array(children) = out.member("children").unwrap() else {
        panic!("an array")
    };
    children[0].member("policy").unwrap().clone()
}

fn at<'a>(json: &'a Json, path: &str) -> Option<&'a Json> {
    path.split('/')
        .try_fold(json, |json, step| match (json, step.parse::<usize>()) {
            (Json::Array(items), Ok(index)) => items.get(index),
            _ => json.member(step),
        })
}

// R-PCPS-021
#[test]
fn edited_minutes_go_out_and_the_rest_stays_as_written() {
    let out = edited(OKAFOR, |imported| {
        let budgets = &mut imported.family.children[0].layer.budgets.budgets;
        let daily = budgets
            .iter_mut()
            .find(|b| b.target == BudgetTarget::Overall)
            .unwrap();
        let Allowance::Daily(limits) = &mut daily.allowance else {
            panic!("daily")
        };
        limits[0].seconds = 75 * 60;
    });
    assert_eq!(
        at(&out, "time_limits/daily/weekday"),
        Some(&Json::integer(75))
    );
    assert_eq!(
        at(&out, "time_limits/daily/weekend"),
        Some(&Json::integer(150))
    );
    assert_eq!(
        at(&out, "time_limits/by_category/1/daily_minutes"),
        Some(&Json::Null)
    );
}

// R-PCPS-021
#[test]
fn an_edited_category_is_not_undone_by_its_second_row() {
    let out = edited(OKAFOR, |imported| {
        let budgets = &mut imported.family.children[0].layer.budgets.budgets;
        let games = budgets
            .iter_mut()
            .find(|b| b.id.as_str().contains("by_category/4"))
            .unwrap();
        *games = Budget::daily(games.id.clone(), games.target.clone(), Weekdays::ALL, 3600);
    });
    let expected = json(
        r#"[{"category": "games", "daily_minutes": 60},
            {"category": "educational", "daily_minutes": null},
            {"category": "social_media", "daily_minutes": 0},
            {"category": "music"}]"#,
    );
    assert!(
        at(&out, "time_limits/by_category").unwrap().same(&expected),
        "{}",
        pretty(&out)
    );
}

// R-PCPS-021
#[test]
fn a_host_taken_off_the_list_does_not_come_back_in_another_spelling() {
    let out = edited(OKAFOR, |imported| {
        let block = &mut imported.family.children[0].layer.web.block;
        block.retain(|rule| rule.host.as_str() == "casino.example");
        let id = block[0].id.clone();
        block.push(HostRule {
            id,
            host: "new.example".parse().unwrap(),
        });
    });
    let expected = json(r#"["casino.example", "new.example"]"#);
    assert!(at(&out, "content/web/blocklist").unwrap().same(&expected));
}

// R-PCPS-021
#[test]
fn a_lock_that_was_lifted_stays_lifted() {
    let text =
        with_policy(r#"{"status": {"paused": false, "locked": true, "locked_reason": "x"}}"#);
    let out = edited(&text, |imported| {
        imported.family.children[0].overrides.clear()
    });
    assert!(
        out.same(&json(r#"{"status": {"paused": false}}"#)),
        "{}",
        pretty(&out)
    );
}

// R-PCPS-021
#[test]
fn a_bonus_that_was_replaced_takes_no_reason_over_from_the_old_one_that_is_gone() {
    let out = edited(OKAFOR, |imported| {
        let overrides = &mut imported.family.children[0].overrides;
        overrides.retain(|act| !matches!(act.kind(), OverrideKind::ExtraTime { .. }));
    });
    assert_eq!(at(&out, "overrides/bonus_time"), None);
}

// R-PCPS-021
#[test]
fn a_lock_set_after_the_import_wins_over_the_written_false() {
    let out = edited(OKAFOR, |imported| {
        let child = &mut imported.family.children[0];
        let lock = Override::new(
            child.layer.author.clone(),
            "lock-1".parse().unwrap(),
            9,
            "2026-05-05T10:00:00Z".parse().unwrap(),
            None,
            OverrideKind::LockNow {
                reason: Some("Dinner".into()),
            },
        );
        child.overrides.push(lock.unwrap());
    });
    let expected = json(
        r#"{"policy_active": true, "paused": false, "paused_until": null,
            "locked": true, "locked_reason": "Dinner"}"#,
    );
    assert!(at(&out, "status").unwrap().same(&expected));
}

#[test]
fn an_exported_document_can_be_imported_again_and_means_the_same() {
    let first = import(OKAFOR);
    // Without its residue the document is a plain one, which still has to be valid.
    let plain = Imported {
        residue: parcep_interchange::residue::Residue::NONE,
        ..first.clone()
    };
    let again = import(&pretty(&pcps::export(&plain).0));
    for (before, after) in first.family.children.iter().zip(&again.family.children) {
        assert_eq!(
            before.layer.schedule.windows.len(),
            after.layer.schedule.windows.len()
        );
        assert_eq!(before.layer.web.block.len(), after.layer.web.block.len());
        assert_eq!(before.layer.ratings, after.layer.ratings);
        assert_eq!(before.layer.communication, after.layer.communication);
        assert_eq!(before.layer.spending, after.layer.spending);
        assert_eq!(before.active, after.active);
    }
}

// R-PCPS-019
#[test]
fn what_pcps_cannot_say_is_in_the_loss_report_of_the_export() {
    let mut imported = import(&with_policy("{}"));
    let layer = &mut imported.family.children[0].layer;
    let source =
        child(r#"{"schedule": {"weekday": {"allowed_from": "08:00", "allowed_until": "18:00"}}}"#);
    layer.schedule.windows = source.layer.schedule.windows;
    layer.schedule.windows.truncate(1);
    let mut weekly = Budget::daily(
        "games-a-week".parse().unwrap(),
        BudgetTarget::Category("games".parse().unwrap()),
        Weekdays::ALL,
        0,
    );
    weekly.allowance = Allowance::Weekly(7200);
    layer.budgets.budgets.push(weekly);
    let (_, loss) = pcps::export(&imported);
    let codes: Vec<_> = loss
        .iter()
        .map(|loss| (loss.code, loss.pointer.as_str()))
        .collect();
    assert_eq!(
        codes,
        [
            (LossCode::ExportedLooser, "/children/0/policy/schedule"),
            (LossCode::NotExpressible, "/children/0/policy/time_limits"),
        ]
    );
}

/// A layer with every kind of rule, in its JSON form.
const EVERYTHING: &str = include_str!("../../../parcep-core/tests/data/every-rule.json");

// R-PCPS-019, R-PCPS-021
#[test]
fn every_rule_that_pcps_lacks_is_named_in_the_loss_report_of_the_export() {
    let mut imported = import(&with_policy("{}"));
    imported.family.children[0].layer = serde_json::from_str(EVERYTHING).unwrap();
    let (document, loss) = pcps::export(&imported);
    let told = |code: LossCode, what: &str| {
        let found = loss.iter().any(|l| l.code == code && l.text.contains(what));
        assert!(found, "{what} is not in {loss:#?}");
    };
    for what in [
        "window `schedule/games`",
        "window `schedule/voice`",
        "rule `schedule/end`: warnings",
        "budget `time/ai`",
        "list `web/long`",
        "verdicts of classifiers",
        "while windows are closed",
        "approval of new contacts",
        "cap `spend/week`",
        "cap `spend/day`",
        "rule `feature/camera` for the feature `camera`",
        "rule `age/rest` about telling an age",
        "rule `age/clip` from an age on",
        "rule `app/install`: what holds where it is not enforceable",
        "rule `contact/closed` is to be looked at again by 2027-01-01",
    ] {
        told(LossCode::NotExpressible, what);
    }
    told(LossCode::ExportedStricter, "every engine");
    told(LossCode::ExportedStricter, "every purchase");
    // What goes out is a document still, and a window on games closes nothing else in it.
    let again = import(&pretty(&document));
    let windows = &again.family.children[0].layer.schedule.windows;
    let ids: Vec<_> = windows.iter().map(|window| window.id.as_str()).collect();
    assert!(!ids.contains(&"schedule/custom/2"), "{ids:?}");
    let caps = &again.family.children[0].layer.spending.caps;
    assert_eq!(caps[0].amount.minor, 500);
}
