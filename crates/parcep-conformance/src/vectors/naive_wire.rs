//! What a policy says in JSON, as messages of the wire.

use super::naive_form::{
    ActForm, ActKind, AllDay, AllowanceForm, AppForm, AppTargetForm, AuthorForm, Bad, BudgetForm,
    CapForm, Ceiling, CeilingForm, ChangeForm, ContactForm, ContactModeForm, CustodyForm, Date,
    DayForm, FlagForm, Guidance, HostForm, ItemForm, KindForm, LayerForm, Medium, ProfileForm,
    SpanForm, TargetForm, UnratedForm, WebMode, WebModeForm, Weekday, WindowForm,
};
use crate::naive::{Act, Author, Custody, Kind, Layer};
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
        }
    }
}

impl From<LayerForm> for Layer {
    fn from(form: LayerForm) -> Self {
        let mut layer = Self::empty(form.author.into());
        layer.schedule.windows = all(form.schedule.windows);
        layer.budget.budgets = all(form.budgets.budgets);
        layer.budget.extra_time_cap_seconds = form.budgets.extra_time_cap;
        layer.app.rules = all(form.apps.rules);
        layer.app.install_approval = form.apps.install_approval.map(Into::into);
        layer.web.mode = form.web.mode.map(Into::into);
        layer.web.allow = all(form.web.allow);
        layer.web.block = all(form.web.block);
        layer.web.safe_search = form.web.safe_search.map(Into::into);
        layer.rating.ceilings = all(form.ratings.ceilings);
        layer.rating.unrated = all(form.ratings.unrated);
        layer.rating.ignore_guidance = form.ratings.guidance.map(|g| g == Guidance::Ignore);
        layer.rating.explicit_content = form.ratings.explicit_content.map(Into::into);
        layer.communication.mode = form.communication.mode.map(Into::into);
        layer.communication.contacts = all(form.communication.contacts);
        layer.communication.block_unknown_callers =
            form.communication.block_unknown_callers.map(Into::into);
        layer.spending.approval = form.spending.approval.map(Into::into);
        layer.spending.caps = all(form.spending.caps);
        layer.spending.in_app = form.spending.in_app.map(Into::into);
        layer.spending.free_downloads = form.spending.free_downloads.map(Into::into);
        layer
    }
}

fn all<T, U: From<T>>(forms: Vec<T>) -> Vec<U> {
    forms.into_iter().map(U::from).collect()
}

fn days(forms: &[Weekday]) -> Vec<i32> {
    forms.iter().map(|day| number!(*day)).collect()
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
            ..Default::default()
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
            span: Some(match form.span {
                SpanForm::AllDay(AllDay::AllDay) => Span::WholeDay(pb::WholeDay {}),
                SpanForm::Between { start, end } => Span::Between(pb::TimeSpan {
                    start_seconds: start.0,
                    end_seconds: end.0,
                }),
            }),
            review_by_day: review(form.review_by),
            ..Default::default()
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
            review_by_day: review(form.review_by),
            allowance: Some(match form.allowance {
                AllowanceForm::Daily(rows) => Allowance::Daily(pb::DailyAllowance {
                    limits: rows.into_iter().map(limit).collect(),
                }),
                AllowanceForm::Weekly(seconds) => Allowance::WeeklySeconds(seconds),
            }),
            ..Default::default()
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
            target: Some(match form.target {
                AppTargetForm::App(app) => Target::App(app.0),
                AppTargetForm::Publisher(name) => Target::Publisher(name),
                AppTargetForm::Category(category) => Target::Category(category.0),
                AppTargetForm::Any => Target::Everything(pb::Everything {}),
            }),
            ..Default::default()
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
            ..Default::default()
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
            ..Default::default()
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
            ..Default::default()
        }
    }
}

impl From<ContactModeForm> for pb::CommunicationRule {
    fn from(form: ContactModeForm) -> Self {
        Self {
            id: form.id,
            mode: number!(form.mode),
            review_by_day: review(form.review_by),
            ..Default::default()
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
            review_by_day: review(form.review_by),
            ..Default::default()
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
