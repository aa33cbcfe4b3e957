//! A case as a row of vectors (`spec/vectors/README.md`).
//!
//! What JSON has no form for, such as a number that no enumeration has, stands as that number, so that
//! a person sees it; a reader refuses such a row.

use crate::scenes::{Ask, Scene};
use parcep_conformance::naive::{
    Act, Action, Author, Custody, Kind, Layer, Limit, Period, Policy, PurchaseKind, Question,
    Scope, Subject, Target, Usage, Verdict,
};
use parcep_proto::v1alpha1 as pb;
use serde_json::{Map, Value, json};

/// Everything that an evaluator is given.
pub(crate) fn row(scene: &Scene, ask: &Ask) -> Value {
    let asked = |policy: &Policy, spent: &Usage| {
        without_nothing(json!({
            "policy": self::policy(policy),
            "overrides": policy.acts.iter().map(act).collect::<Vec<_>>(),
            "usage": usage(spent),
        }))
    };
    let mut row = asked(&scene.policies[0], &ask.usages[0]);
    row["lists"] = json!(scene.policies[0].lists);
    row["context"] = context(&ask.question, ask.unidentified);
    if ask.unidentified {
        let others = scene.policies.iter().zip(&ask.usages).skip(1);
        row["others"] = others.map(|(policy, usage)| asked(policy, usage)).collect();
    }
    without_nothing(row)
}

/// Without members that are null, false or empty.
fn without_nothing(value: Value) -> Value {
    let Value::Object(members) = value else {
        return value;
    };
    let nothing = [json!(null), json!([]), json!({}), json!("")];
    let kept = members.into_iter().filter(|(_, of)| !nothing.contains(of));
    Value::Object(kept.collect::<Map<_, _>>())
}

/// The name of a value of an enumeration, by its number.
fn named(names: &[&str], number: i32) -> Value {
    let at = usize::try_from(number - 1).ok();
    at.and_then(|at| names.get(at))
        .map_or_else(|| json!(number), |name| json!(name))
}

fn day(days: i64) -> String {
    let at = instant(days * 86_400);
    at.split_once('T').map_or("", |(date, _)| date).to_owned()
}

fn clock(seconds: u32) -> String {
    let (hours, minutes) = (seconds / 3_600, seconds / 60 % 60);
    format!("{hours:02}:{minutes:02}:{:02}", seconds % 60)
}

fn instant(at: i64) -> String {
    jiff::Timestamp::from_second(at).unwrap().to_string()
}

fn app(app: &pb::AppRef) -> String {
    format!("{}/{}", app.namespace, app.id)
}

fn category(of: &pb::CategoryRef) -> String {
    format!("{}@{}/{}", of.taxonomy, of.version, of.code)
}

fn categories(all: &[pb::CategoryRef]) -> Vec<String> {
    all.iter().map(category).collect()
}

fn author(author: &Author) -> Value {
    match author {
        Author::Guardian(id) => json!({"guardian": id}),
        Author::Jurisdiction(id) => json!({"jurisdiction": id}),
    }
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::App => "app",
        Kind::Web => "web",
        Kind::Rating => "rating",
        Kind::Communication => "communication",
        Kind::Spending => "spending",
        Kind::Feature => "feature",
        Kind::Age => "age",
    }
}

const WEEKDAYS: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

fn weekdays(days: &[i32]) -> Vec<Value> {
    days.iter().map(|day| named(&WEEKDAYS, *day)).collect()
}

fn on(field: Option<i32>) -> Value {
    field.map_or(Value::Null, |number| {
        named(&["report", "stricter", "deny_access"], number)
    })
}

fn policy(policy: &Policy) -> Value {
    let profile = policy.profile.as_ref().map(|profile| {
        without_nothing(json!({
            "zone": profile.zone,
            "follow_device": profile.follow_device,
            "day_start": profile.day_start_seconds.map(clock),
            "week_start": profile.week_start.map(|day| named(&WEEKDAYS, day)),
            "region": profile.region,
        }))
    });
    let custody = |custody: &Custody| {
        json!({"from": instant(custody.from), "until": instant(custody.until),
               "guardian": {"guardian": custody.guardian}})
    };
    let unenforceable = policy.unenforceable.iter().map(|rule| {
        let mut named = author(&rule.author);
        named["rule"] = json!(rule.name);
        named
    });
    let mut policy = without_nothing(json!({
        "profile": profile,
        "custody": policy.custody.iter().map(custody).collect::<Vec<_>>(),
        "pending": policy.pending.iter().map(|one| kind(*one)).collect::<Vec<_>>(),
        "caps": without_nothing(json!({
            "extra_time_seconds": policy.extra_time_cap,
            "unblock_max_age": policy.unblock_max_age,
        })),
        "limits": policy.limits.iter().map(limit).collect::<Vec<_>>(),
        "unenforceable": unenforceable.collect::<Vec<_>>(),
        "layers": policy.layers.iter().map(layer).collect::<Vec<_>>(),
    }));
    if policy.get("layers").is_none() {
        policy["layers"] = json!([]);
    }
    policy
}

fn limit(limit: &Limit) -> Value {
    match limit {
        Limit::Kind(name) => json!({"jurisdiction": "xx", "kind": name}),
        Limit::App(name) => json!({"jurisdiction": "xx", "app": app(name)}),
        Limit::Host(name) => json!({"jurisdiction": "xx", "host": name}),
        Limit::Contact(name) => json!({"jurisdiction": "xx", "contact": name}),
    }
}

/// Rows of a list; a section without any is left out by whoever holds it.
fn rows<T>(rules: &[T], write: impl Fn(&T) -> Value) -> Vec<Value> {
    rules
        .iter()
        .map(|rule| without_nothing(write(rule)))
        .collect()
}

fn flag(flag: &Option<pb::FlagRule>) -> Value {
    flag.as_ref().map_or(Value::Null, |flag| {
        without_nothing(
            json!({"id": flag.id, "on": flag.on, "on_unenforceable": on(flag.on_unenforceable)}),
        )
    })
}

fn extension<'a>(section: &'a str) -> impl Fn(&pb::ExtensionRule) -> Value + 'a {
    move |rule| {
        json!({"id": rule.id, "section": section, "kind": rule.kind, "payload": rule.payload,
               "on_unenforceable": on(rule.on_unenforceable)})
    }
}

fn layer(layer: &Layer) -> Value {
    let mut unknown = rows(&layer.schedule.extension_rules, extension("schedule"));
    unknown.extend(rows(&layer.feature.extension_rules, extension("feature")));
    unknown.extend(rows(&layer.age.extension_rules, extension("age")));
    let (web, rating) = (&layer.web, &layer.rating);
    let (contacts, spending) = (&layer.communication, &layer.spending);
    without_nothing(json!({
        "author": author(&layer.author),
        "schedule": without_nothing(json!({
            "windows": rows(&layer.schedule.windows, |rule| window(rule, true)),
            "end": layer.schedule.end.as_ref().map(|end| without_nothing(json!({
                "id": end.id, "action": named(&["notify", "lock", "stop"], end.action),
                "grace_seconds": end.grace_seconds, "warning_seconds": end.warning_seconds,
                "on_unenforceable": on(end.on_unenforceable),
            }))),
        })),
        "budgets": without_nothing(json!({
            "budgets": rows(&layer.budget.budgets, budget),
            "extra_time_cap": layer.budget.extra_time_cap_seconds,
        })),
        "apps": without_nothing(json!({
            "rules": rows(&layer.app.rules, app_rule),
            "install_approval": flag(&layer.app.install_approval),
        })),
        "web": without_nothing(json!({
            "mode": web.mode.as_ref().map(web_mode),
            "allow": hosts(&web.allow), "block": hosts(&web.block),
            "lists": rows(&web.lists, list),
            "safe_search": flag(&web.safe_search),
            "safe_search_engines": web.safe_search_engines,
        })),
        "ratings": without_nothing(json!({
            "ceilings": rows(&rating.ceilings, ceiling),
            "unrated": rows(&rating.unrated, unrated),
            "verdicts": rows(&rating.verdicts, verdict_rule),
            "guidance": rating.ignore_guidance.map(|ignore| if ignore { "ignore" } else { "count" }),
            "explicit_content": flag(&rating.explicit_content),
        })),
        "communication": without_nothing(json!({
            "mode": contacts.mode.as_ref().map(contact_mode),
            "when_closed": contacts.when_closed.as_ref().map(contact_mode),
            "contacts": rows(&contacts.contacts, |one| json!({"name": one.name, "identifiers": one.identifiers})),
            "block_unknown_callers": flag(&contacts.block_unknown_callers),
            "contact_approval": flag(&contacts.contact_approval),
        })),
        "spending": without_nothing(json!({
            "approval": flag(&spending.approval),
            "approval_class": spending.approval_class.map(|class| named(&["all", "paid", "in_app"], class)),
            "caps": rows(&spending.caps, cap),
            "in_app": flag(&spending.in_app), "free_downloads": flag(&spending.free_downloads),
        })),
        "features": without_nothing(json!({"rules": rows(&layer.feature.rules, |rule| json!({
            "id": rule.id, "feature": rule.feature,
            "effect": named(&["allow", "ask", "block"], rule.effect),
            "on_unenforceable": on(rule.on_unenforceable),
        }))})),
        "age": without_nothing(json!({
            "share": rows(&layer.age.share, share), "gates": rows(&layer.age.gates, gate),
        })),
        "unknown": unknown,
    }))
}

fn window(rule: &pb::WindowRule, alone: bool) -> Value {
    use pb::window_rule::Span;
    let span = match &rule.span {
        None => Value::Null,
        Some(Span::WholeDay(_)) => json!("all_day"),
        Some(Span::Between(span)) => {
            json!({"start": clock(span.start_seconds), "end": clock(span.end_seconds)})
        }
    };
    let state = named(&["allow", "block"], rule.state);
    if !alone {
        let target = rule.target.as_ref().map(target);
        return without_nothing(json!({"state": state, "span": span, "target": target}));
    }
    json!({
        "id": rule.id, "state": state, "days": weekdays(&rule.weekdays), "span": span,
        "target": rule.target.as_ref().map(target), "on_unenforceable": on(rule.on_unenforceable),
    })
}

fn target(target: &pb::BudgetTarget) -> Value {
    use pb::budget_target::Target as Wire;
    match &target.target {
        None => json!("unknown"),
        Some(Wire::Everything(_)) => json!("overall"),
        Some(Wire::Category(of)) => json!({"category": category(of)}),
        Some(Wire::App(name)) => json!({"app": app(name)}),
        Some(Wire::Feature(code)) => json!({"feature": code}),
    }
}

fn budget(rule: &pb::BudgetRule) -> Value {
    use pb::budget_rule::Allowance;
    let row = |row: &pb::DayLimit| json!({"days": weekdays(&row.weekdays), "seconds": row.seconds});
    json!({
        "id": rule.id,
        "target": rule.target.as_ref().map(target),
        "allowance": rule.allowance.as_ref().map(|allowance| match allowance {
            Allowance::Daily(daily) => json!({"daily": daily.limits.iter().map(row).collect::<Vec<_>>()}),
            Allowance::WeeklySeconds(seconds) => json!({"weekly": seconds}),
        }),
        "scope": rule.scope.map(|scope| named(&["dependant", "pep_class", "pep"], scope)),
        "counting": rule.counting.map(|counting| named(&["foreground", "signed_in"], counting)),
        "on_unenforceable": on(rule.on_unenforceable),
    })
}

fn app_rule(rule: &pb::AppRule) -> Value {
    use pb::app_rule::Target as Wire;
    json!({
        "id": rule.id,
        "target": rule.target.as_ref().map(|target| match target {
            Wire::App(name) => json!({"app": app(name)}),
            Wire::Publisher(name) => json!({"publisher": name}),
            Wire::Category(of) => json!({"category": category(of)}),
            Wire::Everything(_) => json!("any"),
        }),
        "access": rule.access.map(|access| named(&["allow", "block"], access)),
        "always_allowed": Some(true).filter(|_| rule.always_allowed),
        "counts_toward_budget": Some(false).filter(|_| rule.not_counted),
        "on_unenforceable": on(rule.on_unenforceable),
    })
}

fn web_mode(rule: &pb::WebRule) -> Value {
    let mode = match rule.mode {
        4 => json!({"filtered": {"categories": categories(&rule.categories)}}),
        other => named(&["unrestricted", "block_list", "allow_list"], other),
    };
    without_nothing(
        json!({"id": rule.id, "mode": mode, "on_unenforceable": on(rule.on_unenforceable)}),
    )
}

fn hosts(lists: &[pb::HostList]) -> Vec<Value> {
    let of = |list: &pb::HostList| {
        let id = list.id.clone();
        let hosts = list.hosts.clone().into_iter();
        hosts.map(move |host| json!({"id": id, "host": host}))
    };
    lists.iter().flat_map(of).collect()
}

fn list(rule: &pb::ListRule) -> Value {
    let hash: String = rule
        .sha256
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    json!({"id": rule.id, "access": named(&["allow", "block"], rule.access), "sha256": hash,
           "on_unenforceable": on(rule.on_unenforceable)})
}

const MEDIA: [&str; 9] = [
    "app",
    "game",
    "film",
    "tv",
    "video",
    "streaming",
    "web",
    "music",
    "book",
];

fn ceiling(rule: &pb::CeilingRule) -> Value {
    use pb::ceiling_rule::Ceiling;
    json!({
        "id": rule.id,
        "medium": rule.medium.map(|medium| named(&MEDIA, medium)),
        "ceiling": rule.ceiling.as_ref().map(|ceiling| match ceiling {
            Ceiling::MaxAge(age) => json!({"max_age": age}),
            Ceiling::Label(label) => json!({"label": label}),
        }),
        "on_unenforceable": on(rule.on_unenforceable),
    })
}

fn unrated(rule: &pb::UnratedRule) -> Value {
    json!({"id": rule.id, "medium": rule.medium.map(|medium| named(&MEDIA, medium)),
           "effect": named(&["allow", "ask", "block"], rule.effect),
           "on_unenforceable": on(rule.on_unenforceable)})
}

const CONCERNS: [&str; 4] = ["content", "contact", "conduct", "contract"];

fn verdict_rule(rule: &pb::VerdictRule) -> Value {
    use pb::verdict_rule::About;
    json!({
        "id": rule.id,
        "about": rule.about.as_ref().map(|about| match about {
            About::Category(of) => json!({"category": category(of)}),
            About::Concern(number) => json!({"concern": named(&CONCERNS, *number)}),
        }),
        "min_confidence_percent": rule.min_confidence_percent,
        "effect": named(&["ask", "block"], rule.effect),
        "on_unenforceable": on(rule.on_unenforceable),
    })
}

fn contact_mode(rule: &pb::CommunicationRule) -> Value {
    let mode = named(&["unrestricted", "contacts_only", "disabled"], rule.mode);
    without_nothing(
        json!({"id": rule.id, "mode": mode, "on_unenforceable": on(rule.on_unenforceable)}),
    )
}

fn cap(rule: &pb::SpendingCap) -> Value {
    json!({
        "id": rule.id,
        "amount": {"currency": rule.currency, "minor": rule.minor_units},
        "period": rule.period.map(|period| named(&["month", "week", "day"], period)),
        "on_unenforceable": on(rule.on_unenforceable),
    })
}

const ASSURANCES: [&str; 5] = ["asserted", "basic", "standard", "enhanced", "strict"];

fn share(rule: &pb::AgeShareRule) -> Value {
    let purposes = [
        "access_gate",
        "safety_defaults",
        "consent_flow",
        "legal_compliance",
    ];
    let purposes = rule.purposes.iter().map(|of| named(&purposes, *of));
    json!({
        "id": rule.id, "audience": rule.audience,
        "share": named(&["allow", "ask", "refuse"], rule.share), "cuts": rule.cuts,
        "purposes": purposes.collect::<Vec<_>>(), "on_unenforceable": on(rule.on_unenforceable),
    })
}

fn gate(rule: &pb::AgeGate) -> Value {
    json!({
        "id": rule.id, "target": rule.target.as_ref().map(target),
        "minimum_age": rule.minimum_age,
        "least_assurance": rule.least_assurance.map(|least| named(&ASSURANCES, least)),
        "on_unknown": rule.on_unknown.map(|effect| named(&["allow", "ask", "block"], effect)),
        "on_unenforceable": on(rule.on_unenforceable),
    })
}

fn act(act: &Act) -> Value {
    use pb::date_exception::Change;
    use pb::r#override::Act as Body;
    use pb::unblock::Item;
    let change = |change: &Option<Change>| match change {
        None => Value::Null,
        Some(Change::ExtendUntilSeconds(end)) => {
            json!({"extend_last_window": {"until": clock(*end)}})
        }
        Some(Change::Replace(by)) => {
            json!({"replace": {"windows": rows(&by.windows, |rule| window(rule, false))}})
        }
    };
    let kind = match &act.body.act {
        None => Value::Null,
        Some(Body::LockNow(_)) => json!({"lock_now": {}}),
        Some(Body::Suspend(_)) => json!("suspend"),
        Some(Body::ExtraTime(extra)) => json!({"extra_time": without_nothing(json!({
            "target": extra.target.as_ref().map(target), "seconds": extra.seconds,
            "extends_window": extra.extends_window,
        }))}),
        Some(Body::Unblock(unblock)) => match &unblock.item {
            None => json!({"unblock": {}}),
            Some(Item::App(name)) => json!({"unblock": {"item": {"app": app(name)}}}),
            Some(Item::Host(host)) => json!({"unblock": {"item": {"host": host}}}),
        },
        Some(Body::DateException(exception)) => json!({"date_exception": {
            "date": day(exception.day.into()), "change": change(&exception.change),
        }}),
    };
    without_nothing(json!({
        "author": author(&act.author), "id": act.body.id, "position": act.place,
        "from": instant(act.body.from), "until": act.body.until.map(instant), "kind": kind,
    }))
}

fn period(period: Period) -> &'static str {
    match period {
        Period::Day => "day",
        Period::Week => "week",
        Period::Month => "month",
    }
}

fn usage(usage: &Usage) -> Vec<Value> {
    let time = usage.time.iter().map(|row| {
        let target = match &row.target {
            Target::Everything => "device".to_owned(),
            Target::Category(of) => format!("category:{}", category(of)),
            Target::App(name) => format!("app:{}", app(name)),
            Target::Feature(code) => format!("feature:{code}"),
        };
        let scope = row.scope.map(|scope| match scope {
            Scope::Dependant => "dependant",
            Scope::PepClass => "pep_class",
            Scope::Pep => "pep",
        });
        without_nothing(json!({
            "target": target, "period": period(row.period), "seconds": row.seconds,
            "author": row.author.as_ref().map(author), "scope": scope,
        }))
    });
    let money = usage.money.iter().map(|row| {
        without_nothing(json!({
            "target": "spending", "period": period(row.period), "minor": row.minor,
            "author": row.author.as_ref().map(author), "currency": row.currency,
        }))
    });
    time.chain(money).collect()
}

fn context(question: &Question, unidentified: bool) -> Value {
    let verdict = |verdict: &Verdict| {
        without_nothing(json!({
            "category": verdict.category.as_ref().map(category),
            "concern": named(&CONCERNS, verdict.concern as i32),
            "confidence_percent": verdict.confidence_percent,
            "package": verdict.package, "version": verdict.version,
        }))
    };
    let subject = match (unidentified, question.subject) {
        (_, Subject::GuardianPresent) => Some("guardian_present"),
        (true, Subject::Dependant) => Some("unidentified"),
        (false, Subject::Dependant) => None,
    };
    without_nothing(json!({
        "at": instant(question.at), "action": action(question), "labels": question.labels,
        "categories": categories(&question.categories), "publisher": question.publisher,
        "explicit": Some(true).filter(|_| question.explicit),
        "can_ask": Some(false).filter(|_| !question.can_ask),
        "device_zone": question.device_zone, "subject": subject,
        "verdicts": question.verdicts.iter().map(verdict).collect::<Vec<_>>(),
        "age": question.age.map(|age| without_nothing(json!({
            "lower": age.lower, "upper": age.upper,
            "assurance": age.assurance.map(|told| named(&ASSURANCES, told as i32)),
        }))),
    }))
}

/// The action; all labels stand beside it.
fn action(question: &Question) -> String {
    match &question.action {
        Action::Device => "device".to_owned(),
        Action::App(name) => format!("app:{}", app(name)),
        Action::Host(name) => format!("host:{name}"),
        Action::Content => match question.medium {
            None => "content:unrated".to_owned(),
            Some(medium) => {
                let medium = named(&MEDIA, medium);
                format!("content:unrated/{}", medium.as_str().unwrap_or_default())
            }
        },
        Action::Install(name) => format!("install:{}", app(name)),
        Action::Buy(purchase) => {
            let kind = match purchase.kind {
                PurchaseKind::InApp => "/in_app",
                PurchaseKind::Download => "/download",
                PurchaseKind::Neither => "",
            };
            match (purchase.price, purchase.currency.as_deref()) {
                (Some(price), Some(currency)) => format!("purchase:{currency}/{price}{kind}"),
                (None, Some(currency)) => format!("purchase:{currency}/unknown{kind}"),
                (Some(0), None) => format!("purchase:XXX/0{kind}"),
                (_, None) => format!("purchase:unknown{kind}"),
            }
        }
        Action::Communicate {
            identifier,
            incoming,
        } => {
            let name = if *incoming { "caller" } else { "contact" };
            format!("{name}:{}", identifier.as_deref().unwrap_or_default())
        }
        Action::Service(urn) => format!("service:{urn}"),
        Action::AddContact(identifier) => format!("add_contact:{identifier}"),
        Action::Feature(code) => format!("feature:{code}"),
    }
}
