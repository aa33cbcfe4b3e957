//! What a policy says in JSON, as messages of the wire.

use super::super::answer::Rule;
use super::form::{
    ActForm, ActKind, AgeForm, AuthorForm, ChangeForm, CustodyForm, ItemForm, KindForm, LayerForm,
    LimitForm, ProfileForm, SaidForm, SectionForm, UnknownForm,
};
use super::sections::{
    About, AllDay, AllowanceForm, AppForm, AppTargetForm, BudgetForm, CapForm, Ceiling,
    CeilingForm, ContactForm, ContactModeForm, DayForm, EndForm, FeatureForm, FlagForm, GateForm,
    Guidance, HostForm, ListForm, ShareForm, SpanForm, TargetForm, UnratedForm, VerdictForm,
    WebMode, WebModeForm, WindowForm,
};
use super::values::{AgeAssurance, Bad, Concern, Date, Medium, OnUnenforceable, Weekday};
use crate::naive::{self, Act, Author, Custody, Kind, Layer, Limit, Verdict};
use jiff::Timestamp;
use parcep_proto::v1alpha1 as pb;

/// A value of an enumeration whose variants stand in the order of the wire, from 1.
macro_rules! number {
    ($value:expr) => {
        $value as i32 + 1
    };
}

impl From<ProfileForm> for pb::ProfileSection {
    fn from(form: ProfileForm) -> Self {
        Self {
            zone: form.zone,
            follow_device: form.follow_device,
            day_start_seconds: form.day_start.map(|clock| clock.0),
            week_start: form.week_start.map(|day| number!(day)),
            region: form.region,
        }
    }
}

impl From<AuthorForm> for Author {
    fn from(form: AuthorForm) -> Self {
        match form {
            AuthorForm::Guardian(id) => Self::Guardian(id),
            AuthorForm::Jurisdiction(code) => Self::Jurisdiction(code),
        }
    }
}

impl TryFrom<CustodyForm> for Custody {
    type Error = Bad;
    fn try_from(form: CustodyForm) -> Result<Self, Bad> {
        let AuthorForm::Guardian(guardian) = form.guardian else {
            return Err("custody is of guardians".to_owned());
        };
        Ok(Self {
            guardian,
            from: form.from.as_second(),
            until: form.until.as_second(),
        })
    }
}

impl From<KindForm> for Kind {
    fn from(form: KindForm) -> Self {
        match form {
            KindForm::App => Self::App,
            KindForm::Web => Self::Web,
            KindForm::Rating => Self::Rating,
            KindForm::Communication => Self::Communication,
            KindForm::Spending => Self::Spending,
            KindForm::Feature => Self::Feature,
            KindForm::Age => Self::Age,
        }
    }
}

impl From<LayerForm> for Layer {
    fn from(form: LayerForm) -> Self {
        let mut layer = Self::empty(form.author.into());
        layer.schedule.windows = all(form.schedule.windows);
        layer.schedule.end = form.schedule.end.map(Into::into);
        layer.budget.budgets = all(form.budgets.budgets);
        layer.budget.extra_time_cap_seconds = form.budgets.extra_time_cap;
        layer.app.rules = all(form.apps.rules);
        layer.app.install_approval = form.apps.install_approval.map(Into::into);
        layer.web.mode = form.web.mode.map(Into::into);
        layer.web.allow = all(form.web.allow);
        layer.web.block = all(form.web.block);
        layer.web.lists = all(form.web.lists);
        layer.web.safe_search = form.web.safe_search.map(Into::into);
        layer.web.safe_search_engines = form.web.safe_search_engines;
        layer.rating.ceilings = all(form.ratings.ceilings);
        layer.rating.unrated = all(form.ratings.unrated);
        layer.rating.ignore_guidance = form.ratings.guidance.map(|g| g == Guidance::Ignore);
        layer.rating.explicit_content = form.ratings.explicit_content.map(Into::into);
        layer.rating.verdicts = all(form.ratings.verdicts);
        layer.communication.mode = form.communication.mode.map(Into::into);
        layer.communication.contacts = all(form.communication.contacts);
        layer.communication.block_unknown_callers =
            form.communication.block_unknown_callers.map(Into::into);
        layer.communication.when_closed = form.communication.when_closed.map(Into::into);
        layer.communication.contact_approval = form.communication.contact_approval.map(Into::into);
        layer.spending.approval = form.spending.approval.map(Into::into);
        layer.spending.caps = all(form.spending.caps);
        layer.spending.in_app = form.spending.in_app.map(Into::into);
        layer.spending.free_downloads = form.spending.free_downloads.map(Into::into);
        layer.spending.approval_class = form.spending.approval_class.map(|class| number!(class));
        layer.feature.rules = all(form.features.rules);
        layer.age.share = all(form.age.share);
        layer.age.gates = all(form.age.gates);
        for rule in form.unknown {
            let rules = match rule.section {
                SectionForm::Schedule => &mut layer.schedule.extension_rules,
                SectionForm::Budget => &mut layer.budget.extension_rules,
                SectionForm::App => &mut layer.app.extension_rules,
                SectionForm::Web => &mut layer.web.extension_rules,
                SectionForm::Rating => &mut layer.rating.extension_rules,
                SectionForm::Communication => &mut layer.communication.extension_rules,
                SectionForm::Spending => &mut layer.spending.extension_rules,
                SectionForm::Feature => &mut layer.feature.extension_rules,
                SectionForm::Age => &mut layer.age.extension_rules,
            };
            rules.push(rule.into());
        }
        layer
    }
}

impl From<UnknownForm> for pb::ExtensionRule {
    fn from(form: UnknownForm) -> Self {
        Self {
            id: form.id,
            kind: form.kind,
            payload: form.payload,
            review_by_day: None,
            on_unenforceable: otherwise(form.on_unenforceable),
        }
    }
}

impl From<EndForm> for pb::EndRule {
    fn from(form: EndForm) -> Self {
        Self {
            id: form.id,
            action: number!(form.action),
            grace_seconds: form.grace_seconds,
            warning_seconds: form.warning_seconds,
            review_by_day: review(form.review_by),
            on_unenforceable: otherwise(form.on_unenforceable),
        }
    }
}

impl From<ListForm> for pb::ListRule {
    fn from(form: ListForm) -> Self {
        Self {
            id: form.id,
            access: number!(form.access),
            sha256: form.sha256.0,
            review_by_day: review(form.review_by),
            on_unenforceable: otherwise(form.on_unenforceable),
        }
    }
}

impl From<VerdictForm> for pb::VerdictRule {
    fn from(form: VerdictForm) -> Self {
        use pb::verdict_rule::About as Wire;
        Self {
            id: form.id,
            about: Some(match form.about {
                About::Category(category) => Wire::Category(category.0),
                About::Concern(concern) => Wire::Concern(number!(concern)),
            }),
            min_confidence_percent: form.min_confidence_percent,
            effect: number!(form.effect),
            review_by_day: review(form.review_by),
            on_unenforceable: otherwise(form.on_unenforceable),
        }
    }
}

impl From<FeatureForm> for pb::FeatureRule {
    fn from(form: FeatureForm) -> Self {
        Self {
            id: form.id,
            feature: form.feature,
            effect: number!(form.effect),
            review_by_day: review(form.review_by),
            on_unenforceable: otherwise(form.on_unenforceable),
        }
    }
}

impl TryFrom<LimitForm> for Limit {
    type Error = Bad;
    fn try_from(form: LimitForm) -> Result<Self, Bad> {
        match (form.kind, form.app, form.host, form.contact) {
            (Some(kind), None, None, None) => Ok(Self::Kind(kind)),
            (None, Some(app), None, None) => Ok(Self::App(app.0)),
            (None, None, Some(host), None) => Ok(Self::Host(host)),
            (None, None, None, Some(contact)) => Ok(Self::Contact(contact)),
            _ => Err("a limit names one of kind, app, host, contact".to_owned()),
        }
    }
}

fn all<T, U: From<T>>(forms: Vec<T>) -> Vec<U> {
    forms.into_iter().map(U::from).collect()
}

fn days(forms: &[Weekday]) -> Vec<i32> {
    forms.iter().map(|day| number!(*day)).collect()
}

fn otherwise(form: Option<OnUnenforceable>) -> Option<i32> {
    form.map(|form| number!(form))
}

fn review(date: Option<Date>) -> Option<i32> {
    date.map(|date| date.0)
}

impl From<FlagForm> for pb::FlagRule {
    fn from(form: FlagForm) -> Self {
        Self {
            id: form.id,
            on: form.on,
            review_by_day: review(form.review_by),
            on_unenforceable: otherwise(form.on_unenforceable),
        }
    }
}

impl From<WindowForm> for pb::WindowRule {
    fn from(form: WindowForm) -> Self {
        use pb::window_rule::Span;
        Self {
            id: form.id.unwrap_or_default(),
            state: number!(form.state),
            weekdays: days(&form.days),
            target: form.target.map(Into::into),
            span: Some(match form.span {
                SpanForm::AllDay(AllDay::AllDay) => Span::WholeDay(pb::WholeDay {}),
                SpanForm::Between { start, end } => Span::Between(pb::TimeSpan {
                    start_seconds: start.0,
                    end_seconds: end.0,
                }),
            }),
            review_by_day: review(form.review_by),
            on_unenforceable: otherwise(form.on_unenforceable),
        }
    }
}

impl From<TargetForm> for pb::BudgetTarget {
    fn from(form: TargetForm) -> Self {
        use pb::budget_target::Target;
        Self {
            target: Some(match form {
                TargetForm::Overall => Target::Everything(pb::Everything {}),
                TargetForm::Category(category) => Target::Category(category.0),
                TargetForm::App(app) => Target::App(app.0),
                TargetForm::Feature(code) => Target::Feature(code),
            }),
        }
    }
}

impl From<BudgetForm> for pb::BudgetRule {
    fn from(form: BudgetForm) -> Self {
        use pb::budget_rule::Allowance;
        let limit = |row: DayForm| pb::DayLimit {
            weekdays: days(&row.days),
            seconds: row.seconds,
        };
        Self {
            id: form.id,
            target: Some(form.target.into()),
            scope: form.scope.map(|scope| number!(scope)),
            counting: form.counting.map(|counting| number!(counting)),
            review_by_day: review(form.review_by),
            on_unenforceable: otherwise(form.on_unenforceable),
            allowance: Some(match form.allowance {
                AllowanceForm::Daily(rows) => Allowance::Daily(pb::DailyAllowance {
                    limits: rows.into_iter().map(limit).collect(),
                }),
                AllowanceForm::Weekly(seconds) => Allowance::WeeklySeconds(seconds),
            }),
        }
    }
}

impl From<AppForm> for pb::AppRule {
    fn from(form: AppForm) -> Self {
        use pb::app_rule::Target;
        Self {
            id: form.id,
            access: form.access.map(|access| number!(access)),
            reason: form.reason,
            always_allowed: form.always_allowed,
            not_counted: form.counts_toward_budget == Some(false),
            display_name: form.display_name,
            review_by_day: review(form.review_by),
            on_unenforceable: otherwise(form.on_unenforceable),
            target: Some(match form.target {
                AppTargetForm::App(app) => Target::App(app.0),
                AppTargetForm::Publisher(name) => Target::Publisher(name),
                AppTargetForm::Category(category) => Target::Category(category.0),
                AppTargetForm::Any => Target::Everything(pb::Everything {}),
            }),
        }
    }
}

impl From<WebModeForm> for pb::WebRule {
    fn from(form: WebModeForm) -> Self {
        let (mode, categories) = match form.mode {
            WebMode::Unrestricted => (1, Vec::new()),
            WebMode::BlockList => (2, Vec::new()),
            WebMode::AllowList => (3, Vec::new()),
            WebMode::Filtered { categories } => (4, categories),
        };
        Self {
            id: form.id,
            mode,
            categories: categories.into_iter().map(|text| text.0).collect(),
            review_by_day: review(form.review_by),
            on_unenforceable: otherwise(form.on_unenforceable),
        }
    }
}

impl From<HostForm> for pb::HostList {
    fn from(form: HostForm) -> Self {
        Self {
            id: form.id,
            hosts: vec![form.host],
        }
    }
}

impl From<CeilingForm> for pb::CeilingRule {
    fn from(form: CeilingForm) -> Self {
        use pb::ceiling_rule::Ceiling as Wire;
        Self {
            id: form.id,
            medium: form.medium.map(|medium| number!(medium)),
            ceiling: Some(match form.ceiling {
                Ceiling::MaxAge(years) => Wire::MaxAge(years),
                Ceiling::Label(label) => Wire::Label(label),
            }),
            review_by_day: review(form.review_by),
            on_unenforceable: otherwise(form.on_unenforceable),
        }
    }
}

impl From<UnratedForm> for pb::UnratedRule {
    fn from(form: UnratedForm) -> Self {
        Self {
            id: form.id,
            medium: form.medium.map(|medium| number!(medium)),
            effect: number!(form.effect),
            review_by_day: review(form.review_by),
            on_unenforceable: otherwise(form.on_unenforceable),
        }
    }
}

impl From<ContactModeForm> for pb::CommunicationRule {
    fn from(form: ContactModeForm) -> Self {
        Self {
            id: form.id,
            mode: number!(form.mode),
            review_by_day: review(form.review_by),
            on_unenforceable: otherwise(form.on_unenforceable),
        }
    }
}

impl From<ShareForm> for pb::AgeShareRule {
    fn from(form: ShareForm) -> Self {
        let purposes = form.purposes.into_iter();
        Self {
            id: form.id,
            audience: form.audience,
            share: number!(form.share),
            cuts: form.cuts,
            purposes: purposes.map(|purpose| number!(purpose)).collect(),
            review_by_day: review(form.review_by),
            on_unenforceable: otherwise(form.on_unenforceable),
        }
    }
}

impl From<GateForm> for pb::AgeGate {
    fn from(form: GateForm) -> Self {
        Self {
            id: form.id,
            target: form.target.map(Into::into),
            minimum_age: form.minimum_age,
            least_assurance: form.least_assurance.map(|least| number!(least)),
            on_unknown: form.on_unknown.map(|effect| number!(effect)),
            review_by_day: review(form.review_by),
            on_unenforceable: otherwise(form.on_unenforceable),
        }
    }
}

impl From<AgeForm> for naive::Age {
    fn from(form: AgeForm) -> Self {
        let assurance = form.assurance.map(|told| match told {
            AgeAssurance::Asserted => pb::AgeAssurance::Asserted,
            AgeAssurance::Basic => pb::AgeAssurance::Basic,
            AgeAssurance::Standard => pb::AgeAssurance::Standard,
            AgeAssurance::Enhanced => pb::AgeAssurance::Enhanced,
            AgeAssurance::Strict => pb::AgeAssurance::Strict,
        });
        Self {
            lower: form.lower,
            upper: form.upper,
            assurance,
        }
    }
}

impl From<ContactForm> for pb::Contact {
    fn from(form: ContactForm) -> Self {
        Self {
            name: form.name,
            identifiers: form.identifiers,
        }
    }
}

impl From<CapForm> for pb::SpendingCap {
    fn from(form: CapForm) -> Self {
        Self {
            id: form.id,
            currency: form.amount.currency,
            minor_units: form.amount.minor,
            period: form.period.map(|period| number!(period)),
            review_by_day: review(form.review_by),
            on_unenforceable: otherwise(form.on_unenforceable),
        }
    }
}

impl From<ActForm> for Act {
    fn from(form: ActForm) -> Self {
        Self {
            author: form.author.into(),
            place: form.position,
            body: pb::Override {
                id: form.id,
                from: form.from.as_second(),
                until: form.until.map(Timestamp::as_second),
                act: Some(form.kind.into()),
            },
        }
    }
}

impl From<ActKind> for pb::r#override::Act {
    fn from(kind: ActKind) -> Self {
        use pb::date_exception::Change;
        match kind {
            ActKind::ExtraTime {
                target,
                seconds,
                extends_window,
            } => Self::ExtraTime(pb::ExtraTime {
                target: Some(target.into()),
                seconds,
                extends_window,
            }),
            ActKind::LockNow { reason } => Self::LockNow(pb::LockNow { reason }),
            ActKind::Suspend => Self::Suspend(pb::Suspend {}),
            ActKind::Unblock { item } => Self::Unblock(pb::Unblock {
                item: Some(match item {
                    ItemForm::App(app) => pb::unblock::Item::App(app.0),
                    ItemForm::Host(host) => pb::unblock::Item::Host(host),
                }),
            }),
            ActKind::DateException { date, change } => Self::DateException(pb::DateException {
                day: date.0,
                change: Some(match change {
                    ChangeForm::ExtendLastWindow { until } => Change::ExtendUntilSeconds(until.0),
                    ChangeForm::Replace { windows } => Change::Replace(pb::ReplacedWindows {
                        windows: all(windows),
                    }),
                }),
            }),
        }
    }
}

/// The number of a medium by its name.
pub(super) fn medium(name: &str) -> Result<i32, Bad> {
    let medium: Medium = serde_json::from_value(name.into()).map_err(|e| e.to_string())?;
    Ok(number!(medium))
}

impl From<SaidForm> for Verdict {
    fn from(form: SaidForm) -> Self {
        Self {
            category: form.category.map(|text| text.0),
            concern: form.concern.into(),
            confidence_percent: form.confidence_percent,
            package: form.package,
            version: form.version,
        }
    }
}

impl From<Concern> for pb::Concern {
    fn from(form: Concern) -> Self {
        match form {
            Concern::Content => Self::Content,
            Concern::Contact => Self::Contact,
            Concern::Conduct => Self::Conduct,
            Concern::Contract => Self::Contract,
        }
    }
}

impl From<Rule> for naive::Rule {
    fn from(rule: Rule) -> Self {
        let (author, name) = match rule {
            Rule::Guardian(id, name) => (Author::Guardian(id), name),
            Rule::Jurisdiction(code, name) => (Author::Jurisdiction(code), name),
        };
        Self { author, name }
    }
}
