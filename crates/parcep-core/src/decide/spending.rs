//! How much money (R-EVAL-019).

use super::names::RuleNumber;
use super::{Price, PurchaseKind};
use crate::policy::{Currency, Flag, Money, PurchaseClass, SpendingPeriod, SpendingSection};

/// The spending rules of one layer.
#[derive(Debug, Default)]
pub(super) struct Spending {
    approval: Option<(RuleNumber, PurchaseClass)>,
    caps: Vec<Cap>,
    no_in_app: Option<RuleNumber>,
    /// The flag for free downloads: its rule, and whether they are on.
    free_downloads: Option<(RuleNumber, bool)>,
}

#[derive(Debug)]
struct Cap {
    rule: RuleNumber,
    amount: Money,
    period: SpendingPeriod,
}

/// What spending rules say about one purchase.
pub(super) enum Purchase {
    Admitted,
    Approval(RuleNumber),
    Denied(RuleNumber),
}

impl Spending {
    pub(super) fn compile(
        section: &SpendingSection,
        mut name: impl FnMut(&str) -> RuleNumber,
    ) -> Self {
        let mut number = |flag: &Flag| name(flag.id.as_str());
        let approval = section.approval.as_ref().filter(|flag| flag.on);
        let approval = approval.map(|flag| (number(flag), section.approval_class));
        let no_in_app = section.in_app.as_ref().filter(|flag| !flag.on);
        let no_in_app = no_in_app.map(&mut number);
        let free = section.free_downloads.as_ref();
        let free_downloads = free.map(|flag| (number(flag), flag.on));
        let caps = section.caps.iter().map(|cap| Cap {
            rule: name(cap.id.as_str()),
            amount: cap.amount,
            period: cap.period,
        });
        Self {
            approval,
            caps: caps.collect(),
            no_in_app,
            free_downloads,
        }
    }

    /// The first row that fits. `spent` tells minor units of a currency by period.
    pub(super) fn judge(
        &self,
        price: Price,
        kind: PurchaseKind,
        spent: impl Fn(Currency, SpendingPeriod) -> u64,
    ) -> Purchase {
        let is_free = price.minor() == Some(0);
        if is_free
            && kind == PurchaseKind::Download
            && let Some((rule, on)) = self.free_downloads
        {
            return if on {
                Purchase::Admitted
            } else {
                Purchase::Denied(rule)
            };
        }
        if kind == PurchaseKind::InApp
            && let Some(rule) = self.no_in_app
        {
            return Purchase::Denied(rule);
        }
        if let Some(rule) = self.cap_below(price, spent) {
            return Purchase::Denied(rule);
        }
        let about = |class: PurchaseClass| match class {
            PurchaseClass::All => true,
            PurchaseClass::Paid => !is_free,
            PurchaseClass::InApp => kind == PurchaseKind::InApp,
        };
        let approval = self.approval.filter(|(_, class)| about(*class));
        approval.map_or(Purchase::Admitted, |(rule, _)| Purchase::Approval(rule))
    }

    /// The cap that a purchase is above. What costs nothing is above none; where caps exist, but
    /// none in the purchase's currency, nothing of that currency may be spent. A price that nobody
    /// knows is above each of them.
    fn cap_below(
        &self,
        price: Price,
        spent: impl Fn(Currency, SpendingPeriod) -> u64,
    ) -> Option<RuleNumber> {
        if price.minor() == Some(0) {
            return None;
        }
        let same = |cap: &&Cap| Some(cap.amount.currency) == price.currency();
        if !self.caps.iter().any(|cap| same(&cap)) {
            return self.caps.first().map(|cap| cap.rule);
        }
        let left = |cap: &Cap| {
            let spent = spent(cap.amount.currency, cap.period);
            cap.amount.minor.saturating_sub(spent)
        };
        let above = |cap: &&Cap| price.minor().is_none_or(|minor| minor > left(cap));
        let mut caps = self.caps.iter().filter(same);
        caps.find(above).map(|cap| cap.rule)
    }
}
