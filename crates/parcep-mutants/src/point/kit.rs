//! What a product has, and what it says that it has: the honest one with less, and ones that say something else.

use super::folder;
use parcep_core::epoch::PepCategory;
use parcep_driver::{
    About, Act, Acted, Ask, Hands, Id, Point, Product, Reset, Stands, Synced, Told, Trouble,
};
use std::path::Path;
use std::process;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// What the library decides, as the honest driver says it.
const ALL: &str = "time.window time.target time.lock time.end budget.device budget.app \
    budget.category budget.feature app.block app.install web.host web.category rating.content rating.app \
    communication.contact communication.add spending.purchase spending.cap feature.device age.gate ask";
/// What a simple product can do. With it, whatever else a rule may need is missing somewhere.
const FEW: &str = "time.lock feature.device";

/// What it has, and what it says.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kit {
    /// What its join request and `hello` say that it can do.
    declares: &'static str,
    /// What it can do.
    can: &'static str,
    /// Features that `hello` names.
    features: &'static str,
    takes_lists: bool,
    /// It reads clocks of its own, and none that it is told.
    own_clock: bool,
    /// It keeps nothing over a start.
    forgets: bool,
}

impl Kit {
    /// Everything, and it says so.
    pub(super) const FULL: Self = Self {
        declares: ALL,
        can: ALL,
        features: "virtual-clock restart lists",
        takes_lists: true,
        own_clock: false,
        forgets: false,
    };
    /// Little, and it says so.
    pub(super) const SIMPLE: Self = Self {
        declares: FEW,
        can: FEW,
        features: "virtual-clock",
        takes_lists: false,
        forgets: true,
        ..Self::FULL
    };
    /// As it is sold: it lives in the present.
    pub(super) const OWN_CLOCK: Self = Self {
        features: "restart lists",
        own_clock: true,
        ..Self::FULL
    };
    /// Says that it can do more than it can.
    pub(super) const BOASTS: Self = Self {
        can: FEW,
        ..Self::FULL
    };
    /// Says that it can do little, and goes by what it says nowhere.
    pub(super) const HIDES: Self = Self {
        can: ALL,
        features: "virtual-clock restart",
        forgets: false,
        ..Self::SIMPLE
    };
    pub(super) const HIDES_RESTART: Self = Self {
        features: "virtual-clock lists",
        ..Self::FULL
    };
    pub(super) const HIDES_LISTS: Self = Self {
        features: "virtual-clock restart",
        ..Self::FULL
    };
    pub(super) const BOASTS_LISTS: Self = Self {
        takes_lists: false,
        ..Self::FULL
    };
    pub(super) const HIDES_CLOCK: Self = Self {
        features: "restart lists",
        ..Self::FULL
    };
    pub(super) const BOASTS_CLOCK: Self = Self {
        own_clock: true,
        ..Self::FULL
    };
}

/// The product of this repository with such a kit.
#[derive(Debug)]
pub(crate) struct Kitted {
    kit: Kit,
    inner: Point,
    clock: OwnClock,
}

/// Clocks that nobody can tell anything.
#[derive(Debug)]
pub(crate) struct OwnClock {
    began: Instant,
    /// What it calls this start.
    start: String,
}

impl OwnClock {
    /// As if the device began now.
    pub(crate) fn new() -> Self {
        Self {
            began: Instant::now(),
            start: format!("{}-{}", process::id(), present().as_nanos()),
        }
    }

    /// What they show.
    pub(crate) fn hands(&self) -> Hands {
        Hands {
            wall: i64::try_from(present().as_secs()).ok(),
            boot: self.began.elapsed().as_secs(),
            start: self.start.clone(),
        }
    }
}

impl Kitted {
    pub(super) fn open(folder: &Path, kit: Kit) -> Result<Self, Trouble> {
        if kit.forgets {
            folder::empty(folder).map_err(Trouble::cannot)?;
        }
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect();
        let mut inner = Point::open(folder, PepCategory::DeviceOs, words(kit.declares))?;
        if kit.can != kit.declares {
            inner = inner.able(words(kit.can));
        }
        if !kit.takes_lists {
            inner = inner.without_lists();
        }
        Ok(Self {
            kit,
            inner,
            clock: OwnClock::new(),
        })
    }

    /// The device as the library sees it.
    pub(super) fn agent(&mut self) -> Option<&mut parcep_client::agent::Agent> {
        self.inner.agent()
    }

    fn look_at_the_clock(&mut self) -> Result<(), Trouble> {
        match self.kit.own_clock {
            true => self.inner.clock(&self.clock.hands()),
            false => Ok(()),
        }
    }

    fn says(&self, feature: &str) -> bool {
        let mut features = self.kit.features.split_whitespace();
        features.any(|word| word == feature)
    }
}

fn present() -> std::time::Duration {
    // A clock before 1970 is one that shows 1970.
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.unwrap_or_default()
}

impl Product for Kitted {
    fn hello(&mut self) -> Result<About, Trouble> {
        let features = self.kit.features.split_whitespace();
        Ok(About {
            features: features.map(str::to_owned).collect(),
            ..self.inner.hello()?
        })
    }

    fn reset(&mut self, reset: &Reset) -> Result<Vec<u8>, Trouble> {
        match self.kit.own_clock {
            true => self.inner.reset(&Reset {
                hands: self.clock.hands(),
                zone: reset.zone.clone(),
            }),
            false => self.inner.reset(reset),
        }
    }

    fn clock(&mut self, hands: &Hands) -> Result<(), Trouble> {
        match (self.kit.own_clock, self.says("virtual-clock")) {
            (false, _) => self.inner.clock(hands),
            (true, true) => self.look_at_the_clock(),
            (true, false) => Err(Trouble::Unsupported),
        }
    }

    fn sync(&mut self) -> Result<Synced, Trouble> {
        self.look_at_the_clock()?;
        self.inner.sync()
    }

    fn ask(&mut self, ask: &Ask) -> Result<Option<Told>, Trouble> {
        self.look_at_the_clock()?;
        self.inner.ask(ask)
    }

    fn state(&mut self, of: Option<Id>) -> Result<Option<Stands>, Trouble> {
        self.look_at_the_clock()?;
        self.inner.state(of)
    }

    fn act(&mut self, act: &Act) -> Result<Acted, Trouble> {
        self.look_at_the_clock()?;
        self.inner.act(act)
    }
}
