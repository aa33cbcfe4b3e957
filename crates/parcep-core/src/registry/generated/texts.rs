//! Generated from `spec/registry/texts.toml` by `tests/registry_codegen`: do not edit.

use crate::registry::{CodeWords, PlaceWords, ReasonPhrases, ReasonWords, TextRow, Words};

/// A sentence or a part of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Text {
    /// Allowed
    EffectAllow,
    /// A guardian has to be asked
    EffectAsk,
    /// Denied
    EffectDeny,
    /// {effect}: {reason}.
    Answer,
    /// {child}, {moment}: {action}
    Question,
    /// use the device
    ActionDevice,
    /// use {item}
    ActionApp,
    /// open {item}
    ActionHost,
    /// see {item}
    ActionContent,
    /// something rated {label}
    ContentRated,
    /// something without a rating
    ContentUnrated,
    /// talk to {item}
    ActionContact,
    /// hear from {item}
    ActionCaller,
    /// buy something for {item}
    ActionPurchase,
    /// install {item}
    ActionInstall,
    /// reach {item}
    ActionService,
    /// add {item} to the contacts
    ActionAddContact,
    /// a page without a name
    UnnamedHost,
    /// somebody unknown
    UnknownContact,
    /// an unknown price
    UnknownPrice,
    /// {whole}.{part} {currency}
    Amount,
    /// Time left: {span}.
    Left,
    /// Possible again: {moment}.
    ThenOpen,
    /// Can be asked for: {moment}.
    ThenAsk,
    /// Ends: {moment}.
    ThenClosed,
    /// Ends: {moment}, if use goes on without a break.
    ThenClosedUnbroken,
    /// The rules are up to date.
    StateFresh,
    /// No guardian was heard since {moment}. The rules go on as they are.
    StateUnheard,
    /// {weekday} {date} at {time}
    SinceMoment,
    /// No guardian was heard since {moment}. What the household set for times and locks has ended until one is heard.
    StateFallback,
    /// Released: these rules do not hold any more.
    StateReleased,
    /// This device was off and does not know what day and time it is. Connect it to the network: a relay and a guardian’s phone tell it.
    TimeUnknown,
    /// No end within the next {days} days.
    NeverClosed,
    /// No end within the next {days} days, unless a guardian changes it.
    NeverOpen,
    /// today at {time}
    MomentToday,
    /// tomorrow, {weekday}, at {time}
    MomentTomorrow,
    /// on {weekday} at {time}
    MomentWeekday,
    /// on {weekday} {date} at {time}
    MomentDate,
    /// {day} {month}
    Date,
    /// {day} {month} {year}
    DateYear,
    /// {day}
    FirstOfMonth,
    /// {hour}:{minute}
    Time,
    /// {hour}:{minute}
    TimeHour,
    /// {hour}:{minute}:{second}
    TimeSeconds,
    /// {time}, the first of two times
    TimeFirst,
    /// {time}, the second of two times
    TimeSecond,
    /// The clocks change before that: {moment} they go forward by {span}.
    ClocksForward,
    /// The clocks change before that: {moment} they go back by {span}.
    ClocksBack,
    /// Time zone: {zone}.
    Zone,
    /// {hours} h
    SpanHours,
    /// {hours} h {minutes} min
    SpanHoursMinutes,
    /// {minutes} min
    SpanMinutes,
    /// 1 min
    SpanMinute,
    /// {minutes} min {seconds} s
    SpanMinutesSeconds,
    /// {seconds} s
    SpanSeconds,
    /// none
    SpanNone,
    /// a guardian
    AGuardian,
    /// the law of {place}
    TheLaw,
    /// {list} and {last}
    And,
    /// Set by {who} – {rule}.
    SetBy,
    /// Set by {who}.
    SetByAlone,
    /// {who} says: “{words}”
    Says,
    /// Name of the rule: {name}.
    RuleName,
    /// Rules whose review is overdue:
    Reviews,
    /// {rule} ({who}), by {date}
    ReviewRow,
    /// A review of this rule was due on {date}. It still holds; look at it again.
    Overdue,
    /// What would change the answer:
    Ways,
    /// Extra time from {who} would be enough.
    WayExtraTime,
    /// Extra time from {who} that also opens the hours would be enough.
    WayExtraHours,
    /// An exception from {who} for this one, for 24 hours at most, would be enough.
    WayUnblock,
    /// It is enough that {who} ends the lock.
    WayUnlock,
    /// {who} can say yes.
    WayAsk,
    /// The law sets this: no guardian can change it.
    WayLaw,
    /// {list} or {last}
    Or,
    /// Asking: “Ask” on the device, or in person.
    HowToAsk,
    /// Always allowed, whatever the rules say:
    Help,
    /// {name}: call {number}
    HelpCall,
    /// {name}: open {page}
    HelpOpen,
    /// {name}: send a message to {number}
    HelpMessage,
    /// Emergency: {number}
    HelpEmergency,
    /// {line} ({more})
    HelpLine,
    /// day and night
    HelpAlways,
    /// In {span} this ends.
    EndWarning,
    /// The time is over. Nothing is closed.
    EndNotify,
    /// The time is over. The device closes; what is open stays as it is.
    EndLock,
    /// The time is over. Programs are closed.
    EndStop,
    /// {span} to finish.
    EndGrace,
    /// Monday
    Monday,
    /// Tuesday
    Tuesday,
    /// Wednesday
    Wednesday,
    /// Thursday
    Thursday,
    /// Friday
    Friday,
    /// Saturday
    Saturday,
    /// Sunday
    Sunday,
    /// January
    MonthJanuary,
    /// February
    MonthFebruary,
    /// March
    MonthMarch,
    /// April
    MonthApril,
    /// May
    MonthMay,
    /// June
    MonthJune,
    /// July
    MonthJuly,
    /// August
    MonthAugust,
    /// September
    MonthSeptember,
    /// October
    MonthOctober,
    /// November
    MonthNovember,
    /// December
    MonthDecember,
    /// every day
    DaysAll,
    /// Monday to Friday
    DaysWeek,
    /// {weekday}
    DaysOne,
    /// all day
    AllDay,
    /// {start} to {end}
    Between,
    /// {start} to {end} the next day
    Overnight,
    /// open {days}, {span}
    RuleOpen,
    /// closed {days}, {span}
    RuleClosed,
    /// {item}: open {days}, {span}
    RuleOpenFor,
    /// {item}: closed {days}, {span}
    RuleClosedFor,
    /// {days} {span}
    RuleDayLimit,
    /// {item}: {limit}
    RuleLimit,
    /// {span} a week
    RuleWeekLimit,
    /// All use together
    Overall,
    /// every app
    AnyApp,
    /// apps of {maker}
    AppsOf,
    /// blocked: {item}
    RuleBlocked,
    /// allowed: {item}
    RuleAllowed,
    /// at any time: {item}
    RuleAlways,
    /// each installation waits for a guardian
    RuleInstall,
    /// every site
    RuleWebAll,
    /// every site but the blocked ones
    RuleWebBlockList,
    /// only the sites on the list
    RuleWebAllowList,
    /// no sites of these kinds: {items}
    RuleWebFiltered,
    /// rated for {age} years at most
    RuleAge,
    /// rated {label} at most
    RuleLabel,
    /// ask about what has no rating
    RuleUnratedAsk,
    /// nothing without a rating
    RuleUnratedBlock,
    /// what has no rating is fine
    RuleUnratedAllow,
    /// nothing marked as explicit
    RuleExplicit,
    /// communication with everybody
    RuleContactAll,
    /// communication only with people on the list
    RuleContactList,
    /// no communication
    RuleContactNone,
    /// calls only from people on the list
    RuleCallers,
    /// each purchase waits for a guardian
    RulePurchaseAsk,
    /// {amount} a month at most
    RuleCapMonth,
    /// {amount} a week at most
    RuleCapWeek,
    /// {amount} a day at most
    RuleCapDay,
    /// no buying inside apps
    RuleInApp,
    /// no free downloads
    RuleFree,
    /// each purchase that costs money waits for a guardian
    RulePurchaseAskPaid,
    /// each purchase inside an app waits for a guardian
    RulePurchaseAskInApp,
    /// blocked: a long list of sites
    RuleListBlock,
    /// allowed: a long list of sites
    RuleListAllow,
    /// ask first: {item}
    RuleAsk,
    /// open from {age} years on: {item}
    RuleGate,
    /// apps, pages and films are open from {age} years on
    RuleGateAll,
    /// {audience} may be told an age bracket
    RuleShareAllow,
    /// a guardian says yes before {audience} is told an age bracket
    RuleShareAsk,
    /// {audience} is told nothing about the age
    RuleShareRefuse,
    /// anybody who is not named
    ShareRest,
    /// closed where a program finds: {item}
    RuleVerdictBlock,
    /// ask where a program finds: {item}
    RuleVerdictAsk,
    /// content for older people
    ConcernContent,
    /// contact with strangers
    ConcernContact,
    /// harmful behaviour
    ConcernConduct,
    /// selling and advertising
    ConcernContract,
    /// each new contact waits for a guardian
    RuleContactApproval,
    /// outside the hours: {rule}
    RuleWhenClosed,
    /// what happens when the time is over
    RuleEnd,
    /// search engines in their safe mode
    RuleSafeSearch,
    /// a rule called {name}
    RuleNamed,
    /// {span} more for {item}
    ActExtra,
    /// {span} more for {item}, outside the hours too
    ActExtraHours,
    /// the device is locked
    ActLock,
    /// hours and limits rest
    ActSuspend,
    /// {item} is let through
    ActUnblock,
    /// {date}: open until {time}
    ActExtend,
    /// {date}: other hours
    ActReplace,
    /// {date}: no hours
    ActReplaceNone,
    /// {child}: the week from {date}
    WeekTitle,
    /// What the rules say about: {action}
    WeekOf,
    /// The picture shows rules, not use: nobody’s use was looked at.
    WeekNote,
    /// The week as a picture
    WeekPicture,
    /// The week as a table
    WeekTable,
    /// The table says the same as the picture.
    WeekTableNote,
    /// Seven days from left to right, the clock from top to bottom. Everything in it stands in the table below.
    WeekDescribe,
    /// What the picture means
    Legend,
    /// open
    StateOpen,
    /// closed
    StateClosed,
    /// locked
    StateLocked,
    /// blocked
    StateBlocked,
    /// no time
    StateSpent,
    /// ask
    StateAsk,
    /// not known yet
    StatePending,
    /// the clock skips this
    LegendGap,
    /// the clock shows this twice: first left, then right
    LegendFold,
    /// A letter says whose rule it is, a pattern too
    LegendWho,
    /// On the left of a day: who has care of the child
    LegendCare,
    /// On the right of a day: exceptions, by their number below
    LegendActs,
    /// nobody in particular
    CareOpen,
    /// The clocks go back {span} at {time}: this day has {length}.
    DayLong,
    /// The clocks go forward {span} at {time}: this day has {length}.
    DayShort,
    /// This day does not exist here: the calendar skips it.
    DayEmpty,
    /// A day begins at {time}.
    DayStarts,
    /// Day
    HeadDay,
    /// From
    HeadFrom,
    /// To
    HeadTo,
    /// Length
    HeadLength,
    /// State
    HeadState,
    /// Whose rule
    HeadWho,
    /// Why
    HeadWhy,
    /// Care
    HeadCare,
    /// What
    HeadWhat,
    /// Time for each day
    Budgets,
    /// No limit on time.
    NoBudgets,
    /// no limit
    NoLimit,
    /// {span} in the whole week
    LimitWeek,
    /// Exceptions in this week
    Acts,
    /// No exceptions.
    NoActs,
    /// open end
    NoEnd,
    /// Time zone: {zone}. Made offline; this page loads nothing and sends nothing.
    Made,
}

impl Text {
    /// Its row of the catalogue.
    #[must_use]
    pub const fn row(self) -> &'static TextRow {
        match self {
            Self::EffectAllow => &TEXTS[0],
            Self::EffectAsk => &TEXTS[1],
            Self::EffectDeny => &TEXTS[2],
            Self::Answer => &TEXTS[3],
            Self::Question => &TEXTS[4],
            Self::ActionDevice => &TEXTS[5],
            Self::ActionApp => &TEXTS[6],
            Self::ActionHost => &TEXTS[7],
            Self::ActionContent => &TEXTS[8],
            Self::ContentRated => &TEXTS[9],
            Self::ContentUnrated => &TEXTS[10],
            Self::ActionContact => &TEXTS[11],
            Self::ActionCaller => &TEXTS[12],
            Self::ActionPurchase => &TEXTS[13],
            Self::ActionInstall => &TEXTS[14],
            Self::ActionService => &TEXTS[15],
            Self::ActionAddContact => &TEXTS[16],
            Self::UnnamedHost => &TEXTS[17],
            Self::UnknownContact => &TEXTS[18],
            Self::UnknownPrice => &TEXTS[19],
            Self::Amount => &TEXTS[20],
            Self::Left => &TEXTS[21],
            Self::ThenOpen => &TEXTS[22],
            Self::ThenAsk => &TEXTS[23],
            Self::ThenClosed => &TEXTS[24],
            Self::ThenClosedUnbroken => &TEXTS[25],
            Self::StateFresh => &TEXTS[26],
            Self::StateUnheard => &TEXTS[27],
            Self::SinceMoment => &TEXTS[28],
            Self::StateFallback => &TEXTS[29],
            Self::StateReleased => &TEXTS[30],
            Self::TimeUnknown => &TEXTS[31],
            Self::NeverClosed => &TEXTS[32],
            Self::NeverOpen => &TEXTS[33],
            Self::MomentToday => &TEXTS[34],
            Self::MomentTomorrow => &TEXTS[35],
            Self::MomentWeekday => &TEXTS[36],
            Self::MomentDate => &TEXTS[37],
            Self::Date => &TEXTS[38],
            Self::DateYear => &TEXTS[39],
            Self::FirstOfMonth => &TEXTS[40],
            Self::Time => &TEXTS[41],
            Self::TimeHour => &TEXTS[42],
            Self::TimeSeconds => &TEXTS[43],
            Self::TimeFirst => &TEXTS[44],
            Self::TimeSecond => &TEXTS[45],
            Self::ClocksForward => &TEXTS[46],
            Self::ClocksBack => &TEXTS[47],
            Self::Zone => &TEXTS[48],
            Self::SpanHours => &TEXTS[49],
            Self::SpanHoursMinutes => &TEXTS[50],
            Self::SpanMinutes => &TEXTS[51],
            Self::SpanMinute => &TEXTS[52],
            Self::SpanMinutesSeconds => &TEXTS[53],
            Self::SpanSeconds => &TEXTS[54],
            Self::SpanNone => &TEXTS[55],
            Self::AGuardian => &TEXTS[56],
            Self::TheLaw => &TEXTS[57],
            Self::And => &TEXTS[58],
            Self::SetBy => &TEXTS[59],
            Self::SetByAlone => &TEXTS[60],
            Self::Says => &TEXTS[61],
            Self::RuleName => &TEXTS[62],
            Self::Reviews => &TEXTS[63],
            Self::ReviewRow => &TEXTS[64],
            Self::Overdue => &TEXTS[65],
            Self::Ways => &TEXTS[66],
            Self::WayExtraTime => &TEXTS[67],
            Self::WayExtraHours => &TEXTS[68],
            Self::WayUnblock => &TEXTS[69],
            Self::WayUnlock => &TEXTS[70],
            Self::WayAsk => &TEXTS[71],
            Self::WayLaw => &TEXTS[72],
            Self::Or => &TEXTS[73],
            Self::HowToAsk => &TEXTS[74],
            Self::Help => &TEXTS[75],
            Self::HelpCall => &TEXTS[76],
            Self::HelpOpen => &TEXTS[77],
            Self::HelpMessage => &TEXTS[78],
            Self::HelpEmergency => &TEXTS[79],
            Self::HelpLine => &TEXTS[80],
            Self::HelpAlways => &TEXTS[81],
            Self::EndWarning => &TEXTS[82],
            Self::EndNotify => &TEXTS[83],
            Self::EndLock => &TEXTS[84],
            Self::EndStop => &TEXTS[85],
            Self::EndGrace => &TEXTS[86],
            Self::Monday => &TEXTS[87],
            Self::Tuesday => &TEXTS[88],
            Self::Wednesday => &TEXTS[89],
            Self::Thursday => &TEXTS[90],
            Self::Friday => &TEXTS[91],
            Self::Saturday => &TEXTS[92],
            Self::Sunday => &TEXTS[93],
            Self::MonthJanuary => &TEXTS[94],
            Self::MonthFebruary => &TEXTS[95],
            Self::MonthMarch => &TEXTS[96],
            Self::MonthApril => &TEXTS[97],
            Self::MonthMay => &TEXTS[98],
            Self::MonthJune => &TEXTS[99],
            Self::MonthJuly => &TEXTS[100],
            Self::MonthAugust => &TEXTS[101],
            Self::MonthSeptember => &TEXTS[102],
            Self::MonthOctober => &TEXTS[103],
            Self::MonthNovember => &TEXTS[104],
            Self::MonthDecember => &TEXTS[105],
            Self::DaysAll => &TEXTS[106],
            Self::DaysWeek => &TEXTS[107],
            Self::DaysOne => &TEXTS[108],
            Self::AllDay => &TEXTS[109],
            Self::Between => &TEXTS[110],
            Self::Overnight => &TEXTS[111],
            Self::RuleOpen => &TEXTS[112],
            Self::RuleClosed => &TEXTS[113],
            Self::RuleOpenFor => &TEXTS[114],
            Self::RuleClosedFor => &TEXTS[115],
            Self::RuleDayLimit => &TEXTS[116],
            Self::RuleLimit => &TEXTS[117],
            Self::RuleWeekLimit => &TEXTS[118],
            Self::Overall => &TEXTS[119],
            Self::AnyApp => &TEXTS[120],
            Self::AppsOf => &TEXTS[121],
            Self::RuleBlocked => &TEXTS[122],
            Self::RuleAllowed => &TEXTS[123],
            Self::RuleAlways => &TEXTS[124],
            Self::RuleInstall => &TEXTS[125],
            Self::RuleWebAll => &TEXTS[126],
            Self::RuleWebBlockList => &TEXTS[127],
            Self::RuleWebAllowList => &TEXTS[128],
            Self::RuleWebFiltered => &TEXTS[129],
            Self::RuleAge => &TEXTS[130],
            Self::RuleLabel => &TEXTS[131],
            Self::RuleUnratedAsk => &TEXTS[132],
            Self::RuleUnratedBlock => &TEXTS[133],
            Self::RuleUnratedAllow => &TEXTS[134],
            Self::RuleExplicit => &TEXTS[135],
            Self::RuleContactAll => &TEXTS[136],
            Self::RuleContactList => &TEXTS[137],
            Self::RuleContactNone => &TEXTS[138],
            Self::RuleCallers => &TEXTS[139],
            Self::RulePurchaseAsk => &TEXTS[140],
            Self::RuleCapMonth => &TEXTS[141],
            Self::RuleCapWeek => &TEXTS[142],
            Self::RuleCapDay => &TEXTS[143],
            Self::RuleInApp => &TEXTS[144],
            Self::RuleFree => &TEXTS[145],
            Self::RulePurchaseAskPaid => &TEXTS[146],
            Self::RulePurchaseAskInApp => &TEXTS[147],
            Self::RuleListBlock => &TEXTS[148],
            Self::RuleListAllow => &TEXTS[149],
            Self::RuleAsk => &TEXTS[150],
            Self::RuleGate => &TEXTS[151],
            Self::RuleGateAll => &TEXTS[152],
            Self::RuleShareAllow => &TEXTS[153],
            Self::RuleShareAsk => &TEXTS[154],
            Self::RuleShareRefuse => &TEXTS[155],
            Self::ShareRest => &TEXTS[156],
            Self::RuleVerdictBlock => &TEXTS[157],
            Self::RuleVerdictAsk => &TEXTS[158],
            Self::ConcernContent => &TEXTS[159],
            Self::ConcernContact => &TEXTS[160],
            Self::ConcernConduct => &TEXTS[161],
            Self::ConcernContract => &TEXTS[162],
            Self::RuleContactApproval => &TEXTS[163],
            Self::RuleWhenClosed => &TEXTS[164],
            Self::RuleEnd => &TEXTS[165],
            Self::RuleSafeSearch => &TEXTS[166],
            Self::RuleNamed => &TEXTS[167],
            Self::ActExtra => &TEXTS[168],
            Self::ActExtraHours => &TEXTS[169],
            Self::ActLock => &TEXTS[170],
            Self::ActSuspend => &TEXTS[171],
            Self::ActUnblock => &TEXTS[172],
            Self::ActExtend => &TEXTS[173],
            Self::ActReplace => &TEXTS[174],
            Self::ActReplaceNone => &TEXTS[175],
            Self::WeekTitle => &TEXTS[176],
            Self::WeekOf => &TEXTS[177],
            Self::WeekNote => &TEXTS[178],
            Self::WeekPicture => &TEXTS[179],
            Self::WeekTable => &TEXTS[180],
            Self::WeekTableNote => &TEXTS[181],
            Self::WeekDescribe => &TEXTS[182],
            Self::Legend => &TEXTS[183],
            Self::StateOpen => &TEXTS[184],
            Self::StateClosed => &TEXTS[185],
            Self::StateLocked => &TEXTS[186],
            Self::StateBlocked => &TEXTS[187],
            Self::StateSpent => &TEXTS[188],
            Self::StateAsk => &TEXTS[189],
            Self::StatePending => &TEXTS[190],
            Self::LegendGap => &TEXTS[191],
            Self::LegendFold => &TEXTS[192],
            Self::LegendWho => &TEXTS[193],
            Self::LegendCare => &TEXTS[194],
            Self::LegendActs => &TEXTS[195],
            Self::CareOpen => &TEXTS[196],
            Self::DayLong => &TEXTS[197],
            Self::DayShort => &TEXTS[198],
            Self::DayEmpty => &TEXTS[199],
            Self::DayStarts => &TEXTS[200],
            Self::HeadDay => &TEXTS[201],
            Self::HeadFrom => &TEXTS[202],
            Self::HeadTo => &TEXTS[203],
            Self::HeadLength => &TEXTS[204],
            Self::HeadState => &TEXTS[205],
            Self::HeadWho => &TEXTS[206],
            Self::HeadWhy => &TEXTS[207],
            Self::HeadCare => &TEXTS[208],
            Self::HeadWhat => &TEXTS[209],
            Self::Budgets => &TEXTS[210],
            Self::NoBudgets => &TEXTS[211],
            Self::NoLimit => &TEXTS[212],
            Self::LimitWeek => &TEXTS[213],
            Self::Acts => &TEXTS[214],
            Self::NoActs => &TEXTS[215],
            Self::NoEnd => &TEXTS[216],
            Self::Made => &TEXTS[217],
        }
    }
}

/// Every sentence, by subject.
pub static TEXTS: [TextRow; 218] = [
    TextRow {
        key: "effect_allow",
        en: Words {
            adult: "Allowed",
            child: "Yes",
        },
        fr: Words {
            adult: "Autorisé",
            child: "Oui",
        },
    },
    TextRow {
        key: "effect_ask",
        en: Words {
            adult: "A guardian has to be asked",
            child: "Ask first",
        },
        fr: Words {
            adult: "Il faut demander à un responsable",
            child: "Demande d’abord",
        },
    },
    TextRow {
        key: "effect_deny",
        en: Words {
            adult: "Denied",
            child: "Not now",
        },
        fr: Words {
            adult: "Refusé",
            child: "Pas maintenant",
        },
    },
    TextRow {
        key: "answer",
        en: Words {
            adult: "{effect}: {reason}.",
            child: "{effect}: {reason}.",
        },
        fr: Words {
            adult: "{effect}\u{a0}: {reason}.",
            child: "{effect}\u{a0}: {reason}.",
        },
    },
    TextRow {
        key: "question",
        en: Words {
            adult: "{child}, {moment}: {action}",
            child: "{child}, {moment}: {action}",
        },
        fr: Words {
            adult: "{child}, {moment}\u{a0}: {action}",
            child: "{child}, {moment}\u{a0}: {action}",
        },
    },
    TextRow {
        key: "action_device",
        en: Words {
            adult: "use the device",
            child: "use the device",
        },
        fr: Words {
            adult: "utiliser l’appareil",
            child: "utiliser l’appareil",
        },
    },
    TextRow {
        key: "action_app",
        en: Words {
            adult: "use {item}",
            child: "use {item}",
        },
        fr: Words {
            adult: "utiliser {item}",
            child: "utiliser {item}",
        },
    },
    TextRow {
        key: "action_host",
        en: Words {
            adult: "open {item}",
            child: "open {item}",
        },
        fr: Words {
            adult: "ouvrir {item}",
            child: "ouvrir {item}",
        },
    },
    TextRow {
        key: "action_content",
        en: Words {
            adult: "see {item}",
            child: "see {item}",
        },
        fr: Words {
            adult: "voir {item}",
            child: "voir {item}",
        },
    },
    TextRow {
        key: "content_rated",
        en: Words {
            adult: "something rated {label}",
            child: "something rated {label}",
        },
        fr: Words {
            adult: "un contenu classé {label}",
            child: "un contenu classé {label}",
        },
    },
    TextRow {
        key: "content_unrated",
        en: Words {
            adult: "something without a rating",
            child: "something that nobody rated",
        },
        fr: Words {
            adult: "un contenu sans classification",
            child: "un contenu que personne n’a classé",
        },
    },
    TextRow {
        key: "action_contact",
        en: Words {
            adult: "talk to {item}",
            child: "talk to {item}",
        },
        fr: Words {
            adult: "communiquer avec {item}",
            child: "communiquer avec {item}",
        },
    },
    TextRow {
        key: "action_caller",
        en: Words {
            adult: "hear from {item}",
            child: "hear from {item}",
        },
        fr: Words {
            adult: "être contacté par {item}",
            child: "être contacté par {item}",
        },
    },
    TextRow {
        key: "action_purchase",
        en: Words {
            adult: "buy something for {item}",
            child: "buy something for {item}",
        },
        fr: Words {
            adult: "acheter quelque chose pour {item}",
            child: "acheter quelque chose pour {item}",
        },
    },
    TextRow {
        key: "action_install",
        en: Words {
            adult: "install {item}",
            child: "install {item}",
        },
        fr: Words {
            adult: "installer {item}",
            child: "installer {item}",
        },
    },
    TextRow {
        key: "action_service",
        en: Words {
            adult: "reach {item}",
            child: "reach {item}",
        },
        fr: Words {
            adult: "joindre {item}",
            child: "joindre {item}",
        },
    },
    TextRow {
        key: "action_add_contact",
        en: Words {
            adult: "add {item} to the contacts",
            child: "add {item} to the contacts",
        },
        fr: Words {
            adult: "ajouter {item} aux contacts",
            child: "ajouter {item} aux contacts",
        },
    },
    TextRow {
        key: "unnamed_host",
        en: Words {
            adult: "a page without a name",
            child: "a page without a name",
        },
        fr: Words {
            adult: "une page sans nom",
            child: "une page sans nom",
        },
    },
    TextRow {
        key: "unknown_contact",
        en: Words {
            adult: "somebody unknown",
            child: "somebody unknown",
        },
        fr: Words {
            adult: "une personne inconnue",
            child: "une personne inconnue",
        },
    },
    TextRow {
        key: "unknown_price",
        en: Words {
            adult: "an unknown price",
            child: "an unknown price",
        },
        fr: Words {
            adult: "un prix inconnu",
            child: "un prix inconnu",
        },
    },
    TextRow {
        key: "amount",
        en: Words {
            adult: "{whole}.{part} {currency}",
            child: "{whole}.{part} {currency}",
        },
        fr: Words {
            adult: "{whole},{part} {currency}",
            child: "{whole},{part} {currency}",
        },
    },
    TextRow {
        key: "left",
        en: Words {
            adult: "Time left: {span}.",
            child: "You have {span} left.",
        },
        fr: Words {
            adult: "Temps restant\u{a0}: {span}.",
            child: "Il te reste {span}.",
        },
    },
    TextRow {
        key: "then_open",
        en: Words {
            adult: "Possible again: {moment}.",
            child: "It opens {moment}.",
        },
        fr: Words {
            adult: "De nouveau possible\u{a0}: {moment}.",
            child: "Ça ouvre {moment}.",
        },
    },
    TextRow {
        key: "then_ask",
        en: Words {
            adult: "Can be asked for: {moment}.",
            child: "You can ask for it {moment}.",
        },
        fr: Words {
            adult: "Demande possible\u{a0}: {moment}.",
            child: "Tu pourras demander {moment}.",
        },
    },
    TextRow {
        key: "then_closed",
        en: Words {
            adult: "Ends: {moment}.",
            child: "It closes {moment}.",
        },
        fr: Words {
            adult: "Fin\u{a0}: {moment}.",
            child: "Ça ferme {moment}.",
        },
    },
    TextRow {
        key: "then_closed_unbroken",
        en: Words {
            adult: "Ends: {moment}, if use goes on without a break.",
            child: "If you go on without a break, it closes {moment}.",
        },
        fr: Words {
            adult: "Fin\u{a0}: {moment}, si l’utilisation continue sans pause.",
            child: "Si tu continues sans pause, ça ferme {moment}.",
        },
    },
    TextRow {
        key: "state_fresh",
        en: Words {
            adult: "The rules are up to date.",
            child: "The rules are up to date.",
        },
        fr: Words {
            adult: "Les règles sont à jour.",
            child: "Les règles sont à jour.",
        },
    },
    TextRow {
        key: "state_unheard",
        en: Words {
            adult: "No guardian was heard since {moment}. The rules go on as they are.",
            child: "This device has heard nothing from your family’s phones since {moment}. The rules stay as they are.",
        },
        fr: Words {
            adult: "Aucun responsable n’a donné signe depuis le {moment}. Les règles restent les mêmes.",
            child: "Cet appareil n’a rien reçu des téléphones de ta famille depuis le {moment}. Les règles restent les mêmes.",
        },
    },
    TextRow {
        key: "since_moment",
        en: Words {
            adult: "{weekday} {date} at {time}",
            child: "{weekday} {date} at {time}",
        },
        fr: Words {
            adult: "{weekday} {date} à {time}",
            child: "{weekday} {date} à {time}",
        },
    },
    TextRow {
        key: "state_fallback",
        en: Words {
            adult: "No guardian was heard since {moment}. What the household set for times and locks has ended until one is heard.",
            child: "This device has heard nothing from your family’s phones since {moment}. Locks have ended until it hears from them.",
        },
        fr: Words {
            adult: "Aucun responsable n’a donné signe depuis le {moment}. Ce que le foyer a fixé pour les horaires et verrouillages a pris fin en attendant.",
            child: "Cet appareil n’a rien reçu des téléphones de ta famille depuis le {moment}. Les verrouillages sont levés en attendant.",
        },
    },
    TextRow {
        key: "state_released",
        en: Words {
            adult: "Released: these rules do not hold any more.",
            child: "You are free of these rules.",
        },
        fr: Words {
            adult: "Libération\u{a0}: ces règles ne s’appliquent plus.",
            child: "Tu es libre de ces règles.",
        },
    },
    TextRow {
        key: "time_unknown",
        en: Words {
            adult: "This device was off and does not know what day and time it is. Connect it to the network: a relay and a guardian’s phone tell it.",
            child: "This device was off and does not know what time it is. Connect it to the network, then it finds out.",
        },
        fr: Words {
            adult: "Cet appareil était éteint et ne sait plus quel jour ni quelle heure il est. Connectez-le à Internet\u{a0}: un relais et le téléphone d’un responsable le lui diront.",
            child: "Cet appareil était éteint et ne sait pas quelle heure il est. Connecte-le à Internet, et il le saura.",
        },
    },
    TextRow {
        key: "never_closed",
        en: Words {
            adult: "No end within the next {days} days.",
            child: "It stays open.",
        },
        fr: Words {
            adult: "Pas de fin dans les {days} prochains jours.",
            child: "Ça reste ouvert.",
        },
    },
    TextRow {
        key: "never_open",
        en: Words {
            adult: "No end within the next {days} days, unless a guardian changes it.",
            child: "It stays like this until somebody changes it.",
        },
        fr: Words {
            adult: "Pas de fin dans les {days} prochains jours, sauf si un responsable le change.",
            child: "Ça reste comme ça jusqu’à ce que quelqu’un le change.",
        },
    },
    TextRow {
        key: "moment_today",
        en: Words {
            adult: "today at {time}",
            child: "today at {time}",
        },
        fr: Words {
            adult: "aujourd’hui à {time}",
            child: "aujourd’hui à {time}",
        },
    },
    TextRow {
        key: "moment_tomorrow",
        en: Words {
            adult: "tomorrow, {weekday}, at {time}",
            child: "tomorrow at {time}",
        },
        fr: Words {
            adult: "demain, {weekday}, à {time}",
            child: "demain à {time}",
        },
    },
    TextRow {
        key: "moment_weekday",
        en: Words {
            adult: "on {weekday} at {time}",
            child: "on {weekday} at {time}",
        },
        fr: Words {
            adult: "{weekday} à {time}",
            child: "{weekday} à {time}",
        },
    },
    TextRow {
        key: "moment_date",
        en: Words {
            adult: "on {weekday} {date} at {time}",
            child: "on {weekday} {date} at {time}",
        },
        fr: Words {
            adult: "le {weekday} {date} à {time}",
            child: "le {weekday} {date} à {time}",
        },
    },
    TextRow {
        key: "date",
        en: Words {
            adult: "{day} {month}",
            child: "{day} {month}",
        },
        fr: Words {
            adult: "{day} {month}",
            child: "{day} {month}",
        },
    },
    TextRow {
        key: "date_year",
        en: Words {
            adult: "{day} {month} {year}",
            child: "{day} {month} {year}",
        },
        fr: Words {
            adult: "{day} {month} {year}",
            child: "{day} {month} {year}",
        },
    },
    TextRow {
        key: "first_of_month",
        en: Words {
            adult: "{day}",
            child: "{day}",
        },
        fr: Words {
            adult: "{day}er",
            child: "{day}er",
        },
    },
    TextRow {
        key: "time",
        en: Words {
            adult: "{hour}:{minute}",
            child: "{hour}:{minute}",
        },
        fr: Words {
            adult: "{hour}\u{a0}h\u{a0}{minute}",
            child: "{hour}\u{a0}h\u{a0}{minute}",
        },
    },
    TextRow {
        key: "time_hour",
        en: Words {
            adult: "{hour}:{minute}",
            child: "{hour}:{minute}",
        },
        fr: Words {
            adult: "{hour}\u{a0}h",
            child: "{hour}\u{a0}h",
        },
    },
    TextRow {
        key: "time_seconds",
        en: Words {
            adult: "{hour}:{minute}:{second}",
            child: "{hour}:{minute}:{second}",
        },
        fr: Words {
            adult: "{hour}\u{a0}h\u{a0}{minute}\u{a0}min {second}\u{a0}s",
            child: "{hour}\u{a0}h\u{a0}{minute}\u{a0}min {second}\u{a0}s",
        },
    },
    TextRow {
        key: "time_first",
        en: Words {
            adult: "{time}, the first of two times",
            child: "{time}, the first time the clock shows it",
        },
        fr: Words {
            adult: "{time}, la première des deux fois",
            child: "{time}, la première fois que l’horloge l’affiche",
        },
    },
    TextRow {
        key: "time_second",
        en: Words {
            adult: "{time}, the second of two times",
            child: "{time}, the second time the clock shows it",
        },
        fr: Words {
            adult: "{time}, la seconde des deux fois",
            child: "{time}, la seconde fois que l’horloge l’affiche",
        },
    },
    TextRow {
        key: "clocks_forward",
        en: Words {
            adult: "The clocks change before that: {moment} they go forward by {span}.",
            child: "The clocks change before that: {moment} they go forward by {span}.",
        },
        fr: Words {
            adult: "L’heure change d’ici là\u{a0}: {moment}, on avance de {span}.",
            child: "L’heure change d’ici là\u{a0}: {moment}, on avance de {span}.",
        },
    },
    TextRow {
        key: "clocks_back",
        en: Words {
            adult: "The clocks change before that: {moment} they go back by {span}.",
            child: "The clocks change before that: {moment} they go back by {span}.",
        },
        fr: Words {
            adult: "L’heure change d’ici là\u{a0}: {moment}, on recule de {span}.",
            child: "L’heure change d’ici là\u{a0}: {moment}, on recule de {span}.",
        },
    },
    TextRow {
        key: "zone",
        en: Words {
            adult: "Time zone: {zone}.",
            child: "Time zone: {zone}.",
        },
        fr: Words {
            adult: "Fuseau horaire\u{a0}: {zone}.",
            child: "Fuseau horaire\u{a0}: {zone}.",
        },
    },
    TextRow {
        key: "span_hours",
        en: Words {
            adult: "{hours} h",
            child: "{hours} h",
        },
        fr: Words {
            adult: "{hours}\u{a0}h",
            child: "{hours}\u{a0}h",
        },
    },
    TextRow {
        key: "span_hours_minutes",
        en: Words {
            adult: "{hours} h {minutes} min",
            child: "{hours} h {minutes} min",
        },
        fr: Words {
            adult: "{hours}\u{a0}h\u{a0}{minutes}\u{a0}min",
            child: "{hours}\u{a0}h\u{a0}{minutes}\u{a0}min",
        },
    },
    TextRow {
        key: "span_minutes",
        en: Words {
            adult: "{minutes} min",
            child: "{minutes} minutes",
        },
        fr: Words {
            adult: "{minutes}\u{a0}min",
            child: "{minutes} minutes",
        },
    },
    TextRow {
        key: "span_minute",
        en: Words {
            adult: "1 min",
            child: "1 minute",
        },
        fr: Words {
            adult: "1\u{a0}min",
            child: "1 minute",
        },
    },
    TextRow {
        key: "span_minutes_seconds",
        en: Words {
            adult: "{minutes} min {seconds} s",
            child: "{minutes} min {seconds} s",
        },
        fr: Words {
            adult: "{minutes}\u{a0}min {seconds}\u{a0}s",
            child: "{minutes}\u{a0}min {seconds}\u{a0}s",
        },
    },
    TextRow {
        key: "span_seconds",
        en: Words {
            adult: "{seconds} s",
            child: "{seconds} seconds",
        },
        fr: Words {
            adult: "{seconds}\u{a0}s",
            child: "{seconds} secondes",
        },
    },
    TextRow {
        key: "span_none",
        en: Words {
            adult: "none",
            child: "nothing",
        },
        fr: Words {
            adult: "rien",
            child: "rien",
        },
    },
    TextRow {
        key: "a_guardian",
        en: Words {
            adult: "a guardian",
            child: "a grown-up who looks after you",
        },
        fr: Words {
            adult: "un responsable",
            child: "un adulte qui s’occupe de toi",
        },
    },
    TextRow {
        key: "the_law",
        en: Words {
            adult: "the law of {place}",
            child: "the law of {place}",
        },
        fr: Words {
            adult: "la loi ({place})",
            child: "la loi ({place})",
        },
    },
    TextRow {
        key: "and",
        en: Words {
            adult: "{list} and {last}",
            child: "{list} and {last}",
        },
        fr: Words {
            adult: "{list} et {last}",
            child: "{list} et {last}",
        },
    },
    TextRow {
        key: "set_by",
        en: Words {
            adult: "Set by {who} – {rule}.",
            child: "The rule is from {who} – {rule}.",
        },
        fr: Words {
            adult: "Règle posée par {who} – {rule}.",
            child: "Règle choisie par {who} – {rule}.",
        },
    },
    TextRow {
        key: "set_by_alone",
        en: Words {
            adult: "Set by {who}.",
            child: "The rule is from {who}.",
        },
        fr: Words {
            adult: "Règle posée par {who}.",
            child: "Règle choisie par {who}.",
        },
    },
    TextRow {
        key: "says",
        en: Words {
            adult: "{who} says: “{words}”",
            child: "{who} says: “{words}”",
        },
        fr: Words {
            adult: "{who} écrit\u{a0}: «\u{a0}{words}\u{a0}»",
            child: "{who} écrit\u{a0}: «\u{a0}{words}\u{a0}»",
        },
    },
    TextRow {
        key: "rule_name",
        en: Words {
            adult: "Name of the rule: {name}.",
            child: "Name of the rule: {name}.",
        },
        fr: Words {
            adult: "Nom de la règle\u{a0}: {name}.",
            child: "Nom de la règle\u{a0}: {name}.",
        },
    },
    TextRow {
        key: "reviews",
        en: Words {
            adult: "Rules whose review is overdue:",
            child: "Rules that should have been looked at again:",
        },
        fr: Words {
            adult: "Règles à revoir, en retard\u{a0}:",
            child: "Règles à revoir\u{a0}:",
        },
    },
    TextRow {
        key: "review_row",
        en: Words {
            adult: "{rule} ({who}), by {date}",
            child: "{rule} ({who}), by {date}",
        },
        fr: Words {
            adult: "{rule} ({who}), avant le {date}",
            child: "{rule} ({who}), avant le {date}",
        },
    },
    TextRow {
        key: "overdue",
        en: Words {
            adult: "A review of this rule was due on {date}. It still holds; look at it again.",
            child: "This rule should have been looked at again by {date}. You can ask for that.",
        },
        fr: Words {
            adult: "Cette règle devait être revue le {date}. Elle reste valable\u{a0}; revoyez-la.",
            child: "Cette règle devait être revue avant le {date}. Tu peux le demander.",
        },
    },
    TextRow {
        key: "ways",
        en: Words {
            adult: "What would change the answer:",
            child: "What you can do:",
        },
        fr: Words {
            adult: "Ce qui changerait la réponse\u{a0}:",
            child: "Ce que tu peux faire\u{a0}:",
        },
    },
    TextRow {
        key: "way_extra_time",
        en: Words {
            adult: "Extra time from {who} would be enough.",
            child: "Ask {who} for more time.",
        },
        fr: Words {
            adult: "Du temps en plus accordé par {who} suffirait.",
            child: "Demande plus de temps à {who}.",
        },
    },
    TextRow {
        key: "way_extra_hours",
        en: Words {
            adult: "Extra time from {who} that also opens the hours would be enough.",
            child: "Ask {who} whether you may go on for a while.",
        },
        fr: Words {
            adult: "Du temps en plus accordé par {who}, horaires compris, suffirait.",
            child: "Demande à {who} si tu peux continuer un peu.",
        },
    },
    TextRow {
        key: "way_unblock",
        en: Words {
            adult: "An exception from {who} for this one, for 24 hours at most, would be enough.",
            child: "Ask {who} for an exception.",
        },
        fr: Words {
            adult: "Une exception accordée par {who}, pour 24\u{a0}heures au plus, suffirait.",
            child: "Demande une exception à {who}.",
        },
    },
    TextRow {
        key: "way_unlock",
        en: Words {
            adult: "It is enough that {who} ends the lock.",
            child: "Ask {who} to open the device again.",
        },
        fr: Words {
            adult: "Il suffit que {who} lève le verrouillage.",
            child: "Demande à {who} de rouvrir l’appareil.",
        },
    },
    TextRow {
        key: "way_ask",
        en: Words {
            adult: "{who} can say yes.",
            child: "Ask {who}.",
        },
        fr: Words {
            adult: "{who}\u{a0}: accord possible.",
            child: "Demande à {who}.",
        },
    },
    TextRow {
        key: "way_law",
        en: Words {
            adult: "The law sets this: no guardian can change it.",
            child: "The law says so: nobody at home can change it.",
        },
        fr: Words {
            adult: "La loi le fixe\u{a0}: aucun responsable ne peut le changer.",
            child: "C’est la loi\u{a0}: personne à la maison ne peut le changer.",
        },
    },
    TextRow {
        key: "or",
        en: Words {
            adult: "{list} or {last}",
            child: "{list} or {last}",
        },
        fr: Words {
            adult: "{list} ou {last}",
            child: "{list} ou {last}",
        },
    },
    TextRow {
        key: "how_to_ask",
        en: Words {
            adult: "Asking: “Ask” on the device, or in person.",
            child: "To ask, tap “Ask” on the device, or just say it.",
        },
        fr: Words {
            adult: "Pour demander\u{a0}: «\u{a0}Demander\u{a0}» sur l’appareil, ou de vive voix.",
            child: "Pour demander, touche «\u{a0}Demander\u{a0}» sur l’appareil, ou dis-le simplement.",
        },
    },
    TextRow {
        key: "help",
        en: Words {
            adult: "Always allowed, whatever the rules say:",
            child: "You can always talk to somebody. Nobody is told, and it takes none of your time:",
        },
        fr: Words {
            adult: "Toujours autorisé, quelles que soient les règles\u{a0}:",
            child: "Tu peux toujours parler à quelqu’un. Personne n’est prévenu, et ça ne prend pas sur ton temps\u{a0}:",
        },
    },
    TextRow {
        key: "help_call",
        en: Words {
            adult: "{name}: call {number}",
            child: "{name}: call {number}",
        },
        fr: Words {
            adult: "{name}\u{a0}: appelez le {number}",
            child: "{name}\u{a0}: appelle le {number}",
        },
    },
    TextRow {
        key: "help_open",
        en: Words {
            adult: "{name}: open {page}",
            child: "{name}: open {page}",
        },
        fr: Words {
            adult: "{name}\u{a0}: ouvrez {page}",
            child: "{name}\u{a0}: ouvre {page}",
        },
    },
    TextRow {
        key: "help_message",
        en: Words {
            adult: "{name}: send a message to {number}",
            child: "{name}: send a message to {number}",
        },
        fr: Words {
            adult: "{name}\u{a0}: écrivez au {number}",
            child: "{name}\u{a0}: écris au {number}",
        },
    },
    TextRow {
        key: "help_emergency",
        en: Words {
            adult: "Emergency: {number}",
            child: "In danger: {number}",
        },
        fr: Words {
            adult: "Urgences\u{a0}: {number}",
            child: "En danger\u{a0}: {number}",
        },
    },
    TextRow {
        key: "help_line",
        en: Words {
            adult: "{line} ({more})",
            child: "{line} ({more})",
        },
        fr: Words {
            adult: "{line} ({more})",
            child: "{line} ({more})",
        },
    },
    TextRow {
        key: "help_always",
        en: Words {
            adult: "day and night",
            child: "day and night",
        },
        fr: Words {
            adult: "jour et nuit",
            child: "jour et nuit",
        },
    },
    TextRow {
        key: "end_warning",
        en: Words {
            adult: "In {span} this ends.",
            child: "In {span} this closes. Time to find a good place to stop.",
        },
        fr: Words {
            adult: "Fin dans {span}.",
            child: "Dans {span}, ça ferme. Trouve un bon moment pour t’arrêter.",
        },
    },
    TextRow {
        key: "end_notify",
        en: Words {
            adult: "The time is over. Nothing is closed.",
            child: "The time is over. You can finish what you are doing.",
        },
        fr: Words {
            adult: "Le temps est écoulé. Rien n’est fermé.",
            child: "Le temps est écoulé. Tu peux finir ce que tu fais.",
        },
    },
    TextRow {
        key: "end_lock",
        en: Words {
            adult: "The time is over. The device closes; what is open stays as it is.",
            child: "The time is over. What you were doing is still there next time.",
        },
        fr: Words {
            adult: "Le temps est écoulé. L’appareil se ferme\u{a0}; ce qui est ouvert reste tel quel.",
            child: "Le temps est écoulé. Tu retrouveras tout la prochaine fois.",
        },
    },
    TextRow {
        key: "end_stop",
        en: Words {
            adult: "The time is over. Programs are closed.",
            child: "The time is over. Programs close now.",
        },
        fr: Words {
            adult: "Le temps est écoulé. Les programmes sont fermés.",
            child: "Le temps est écoulé. Les programmes se ferment.",
        },
    },
    TextRow {
        key: "end_grace",
        en: Words {
            adult: "{span} to finish.",
            child: "You have {span} to finish.",
        },
        fr: Words {
            adult: "{span} pour finir.",
            child: "Tu as {span} pour finir.",
        },
    },
    TextRow {
        key: "monday",
        en: Words {
            adult: "Monday",
            child: "Monday",
        },
        fr: Words {
            adult: "lundi",
            child: "lundi",
        },
    },
    TextRow {
        key: "tuesday",
        en: Words {
            adult: "Tuesday",
            child: "Tuesday",
        },
        fr: Words {
            adult: "mardi",
            child: "mardi",
        },
    },
    TextRow {
        key: "wednesday",
        en: Words {
            adult: "Wednesday",
            child: "Wednesday",
        },
        fr: Words {
            adult: "mercredi",
            child: "mercredi",
        },
    },
    TextRow {
        key: "thursday",
        en: Words {
            adult: "Thursday",
            child: "Thursday",
        },
        fr: Words {
            adult: "jeudi",
            child: "jeudi",
        },
    },
    TextRow {
        key: "friday",
        en: Words {
            adult: "Friday",
            child: "Friday",
        },
        fr: Words {
            adult: "vendredi",
            child: "vendredi",
        },
    },
    TextRow {
        key: "saturday",
        en: Words {
            adult: "Saturday",
            child: "Saturday",
        },
        fr: Words {
            adult: "samedi",
            child: "samedi",
        },
    },
    TextRow {
        key: "sunday",
        en: Words {
            adult: "Sunday",
            child: "Sunday",
        },
        fr: Words {
            adult: "dimanche",
            child: "dimanche",
        },
    },
    TextRow {
        key: "month_january",
        en: Words {
            adult: "January",
            child: "January",
        },
        fr: Words {
            adult: "janvier",
            child: "janvier",
        },
    },
    TextRow {
        key: "month_february",
        en: Words {
            adult: "February",
            child: "February",
        },
        fr: Words {
            adult: "février",
            child: "février",
        },
    },
    TextRow {
        key: "month_march",
        en: Words {
            adult: "March",
            child: "March",
        },
        fr: Words {
            adult: "mars",
            child: "mars",
        },
    },
    TextRow {
        key: "month_april",
        en: Words {
            adult: "April",
            child: "April",
        },
        fr: Words {
            adult: "avril",
            child: "avril",
        },
    },
    TextRow {
        key: "month_may",
        en: Words {
            adult: "May",
            child: "May",
        },
        fr: Words {
            adult: "mai",
            child: "mai",
        },
    },
    TextRow {
        key: "month_june",
        en: Words {
            adult: "June",
            child: "June",
        },
        fr: Words {
            adult: "juin",
            child: "juin",
        },
    },
    TextRow {
        key: "month_july",
        en: Words {
            adult: "July",
            child: "July",
        },
        fr: Words {
            adult: "juillet",
            child: "juillet",
        },
    },
    TextRow {
        key: "month_august",
        en: Words {
            adult: "August",
            child: "August",
        },
        fr: Words {
            adult: "août",
            child: "août",
        },
    },
    TextRow {
        key: "month_september",
        en: Words {
            adult: "September",
            child: "September",
        },
        fr: Words {
            adult: "septembre",
            child: "septembre",
        },
    },
    TextRow {
        key: "month_october",
        en: Words {
            adult: "October",
            child: "October",
        },
        fr: Words {
            adult: "octobre",
            child: "octobre",
        },
    },
    TextRow {
        key: "month_november",
        en: Words {
            adult: "November",
            child: "November",
        },
        fr: Words {
            adult: "novembre",
            child: "novembre",
        },
    },
    TextRow {
        key: "month_december",
        en: Words {
            adult: "December",
            child: "December",
        },
        fr: Words {
            adult: "décembre",
            child: "décembre",
        },
    },
    TextRow {
        key: "days_all",
        en: Words {
            adult: "every day",
            child: "every day",
        },
        fr: Words {
            adult: "tous les jours",
            child: "tous les jours",
        },
    },
    TextRow {
        key: "days_week",
        en: Words {
            adult: "Monday to Friday",
            child: "Monday to Friday",
        },
        fr: Words {
            adult: "du lundi au vendredi",
            child: "du lundi au vendredi",
        },
    },
    TextRow {
        key: "days_one",
        en: Words {
            adult: "{weekday}",
            child: "{weekday}",
        },
        fr: Words {
            adult: "le {weekday}",
            child: "le {weekday}",
        },
    },
    TextRow {
        key: "all_day",
        en: Words {
            adult: "all day",
            child: "all day",
        },
        fr: Words {
            adult: "toute la journée",
            child: "toute la journée",
        },
    },
    TextRow {
        key: "between",
        en: Words {
            adult: "{start} to {end}",
            child: "{start} to {end}",
        },
        fr: Words {
            adult: "de {start} à {end}",
            child: "de {start} à {end}",
        },
    },
    TextRow {
        key: "overnight",
        en: Words {
            adult: "{start} to {end} the next day",
            child: "{start} to {end} the next day",
        },
        fr: Words {
            adult: "de {start} à {end} le lendemain",
            child: "de {start} à {end} le lendemain",
        },
    },
    TextRow {
        key: "rule_open",
        en: Words {
            adult: "open {days}, {span}",
            child: "open {days}, {span}",
        },
        fr: Words {
            adult: "ouvert {days}, {span}",
            child: "ouvert {days}, {span}",
        },
    },
    TextRow {
        key: "rule_closed",
        en: Words {
            adult: "closed {days}, {span}",
            child: "closed {days}, {span}",
        },
        fr: Words {
            adult: "fermé {days}, {span}",
            child: "fermé {days}, {span}",
        },
    },
    TextRow {
        key: "rule_open_for",
        en: Words {
            adult: "{item}: open {days}, {span}",
            child: "{item}: open {days}, {span}",
        },
        fr: Words {
            adult: "{item}\u{a0}: ouvert {days}, {span}",
            child: "{item}\u{a0}: ouvert {days}, {span}",
        },
    },
    TextRow {
        key: "rule_closed_for",
        en: Words {
            adult: "{item}: closed {days}, {span}",
            child: "{item}: closed {days}, {span}",
        },
        fr: Words {
            adult: "{item}\u{a0}: fermé {days}, {span}",
            child: "{item}\u{a0}: fermé {days}, {span}",
        },
    },
    TextRow {
        key: "rule_day_limit",
        en: Words {
            adult: "{days} {span}",
            child: "{days} {span}",
        },
        fr: Words {
            adult: "{days} {span}",
            child: "{days} {span}",
        },
    },
    TextRow {
        key: "rule_limit",
        en: Words {
            adult: "{item}: {limit}",
            child: "{item}: {limit}",
        },
        fr: Words {
            adult: "{item}\u{a0}: {limit}",
            child: "{item}\u{a0}: {limit}",
        },
    },
    TextRow {
        key: "rule_week_limit",
        en: Words {
            adult: "{span} a week",
            child: "{span} a week",
        },
        fr: Words {
            adult: "{span} par semaine",
            child: "{span} par semaine",
        },
    },
    TextRow {
        key: "overall",
        en: Words {
            adult: "All use together",
            child: "Everything together",
        },
        fr: Words {
            adult: "Toute utilisation",
            child: "Tout ensemble",
        },
    },
    TextRow {
        key: "any_app",
        en: Words {
            adult: "every app",
            child: "every app",
        },
        fr: Words {
            adult: "toutes les applications",
            child: "toutes les applis",
        },
    },
    TextRow {
        key: "apps_of",
        en: Words {
            adult: "apps of {maker}",
            child: "apps of {maker}",
        },
        fr: Words {
            adult: "les applications de {maker}",
            child: "les applis de {maker}",
        },
    },
    TextRow {
        key: "rule_blocked",
        en: Words {
            adult: "blocked: {item}",
            child: "closed: {item}",
        },
        fr: Words {
            adult: "bloqué\u{a0}: {item}",
            child: "fermé\u{a0}: {item}",
        },
    },
    TextRow {
        key: "rule_allowed",
        en: Words {
            adult: "allowed: {item}",
            child: "open: {item}",
        },
        fr: Words {
            adult: "autorisé\u{a0}: {item}",
            child: "ouvert\u{a0}: {item}",
        },
    },
    TextRow {
        key: "rule_always",
        en: Words {
            adult: "at any time: {item}",
            child: "at any time: {item}",
        },
        fr: Words {
            adult: "à toute heure\u{a0}: {item}",
            child: "à toute heure\u{a0}: {item}",
        },
    },
    TextRow {
        key: "rule_install",
        en: Words {
            adult: "each installation waits for a guardian",
            child: "somebody says yes before a new app comes",
        },
        fr: Words {
            adult: "chaque installation attend l’accord d’un responsable",
            child: "quelqu’un dit oui avant chaque nouvelle appli",
        },
    },
    TextRow {
        key: "rule_web_all",
        en: Words {
            adult: "every site",
            child: "every page",
        },
        fr: Words {
            adult: "tous les sites",
            child: "toutes les pages",
        },
    },
    TextRow {
        key: "rule_web_block_list",
        en: Words {
            adult: "every site but the blocked ones",
            child: "every page but those that are closed",
        },
        fr: Words {
            adult: "tous les sites sauf ceux qui sont bloqués",
            child: "toutes les pages sauf celles qui sont fermées",
        },
    },
    TextRow {
        key: "rule_web_allow_list",
        en: Words {
            adult: "only the sites on the list",
            child: "only the pages on your list",
        },
        fr: Words {
            adult: "seulement les sites de la liste",
            child: "seulement les pages de ta liste",
        },
    },
    TextRow {
        key: "rule_web_filtered",
        en: Words {
            adult: "no sites of these kinds: {items}",
            child: "no pages of these kinds: {items}",
        },
        fr: Words {
            adult: "aucun site de ce genre\u{a0}: {items}",
            child: "aucune page de ce genre\u{a0}: {items}",
        },
    },
    TextRow {
        key: "rule_age",
        en: Words {
            adult: "rated for {age} years at most",
            child: "for {age} years or younger",
        },
        fr: Words {
            adult: "classé pour {age} ans au plus",
            child: "pour {age} ans ou moins",
        },
    },
    TextRow {
        key: "rule_label",
        en: Words {
            adult: "rated {label} at most",
            child: "up to {label}",
        },
        fr: Words {
            adult: "classé {label} au plus",
            child: "jusqu’à {label}",
        },
    },
    TextRow {
        key: "rule_unrated_ask",
        en: Words {
            adult: "ask about what has no rating",
            child: "ask about what has no rating",
        },
        fr: Words {
            adult: "demander pour ce qui n’est pas classé",
            child: "demander pour ce qui n’est pas classé",
        },
    },
    TextRow {
        key: "rule_unrated_block",
        en: Words {
            adult: "nothing without a rating",
            child: "nothing without a rating",
        },
        fr: Words {
            adult: "rien qui ne soit classé",
            child: "rien qui ne soit classé",
        },
    },
    TextRow {
        key: "rule_unrated_allow",
        en: Words {
            adult: "what has no rating is fine",
            child: "what has no rating is fine",
        },
        fr: Words {
            adult: "ce qui n’est pas classé est permis",
            child: "ce qui n’est pas classé est permis",
        },
    },
    TextRow {
        key: "rule_explicit",
        en: Words {
            adult: "nothing marked as explicit",
            child: "nothing marked as not for children",
        },
        fr: Words {
            adult: "rien qui soit signalé comme explicite",
            child: "rien qui soit signalé comme pas pour les enfants",
        },
    },
    TextRow {
        key: "rule_contact_all",
        en: Words {
            adult: "communication with everybody",
            child: "talking to everybody",
        },
        fr: Words {
            adult: "communiquer avec tout le monde",
            child: "parler avec tout le monde",
        },
    },
    TextRow {
        key: "rule_contact_list",
        en: Words {
            adult: "communication only with people on the list",
            child: "talking to people on your list",
        },
        fr: Words {
            adult: "communiquer seulement avec les personnes de la liste",
            child: "parler avec les personnes de ta liste",
        },
    },
    TextRow {
        key: "rule_contact_none",
        en: Words {
            adult: "no communication",
            child: "no calls and messages",
        },
        fr: Words {
            adult: "aucune communication",
            child: "pas d’appels ni de messages",
        },
    },
    TextRow {
        key: "rule_callers",
        en: Words {
            adult: "calls only from people on the list",
            child: "calls from people on your list",
        },
        fr: Words {
            adult: "appels seulement des personnes de la liste",
            child: "appels des personnes de ta liste",
        },
    },
    TextRow {
        key: "rule_purchase_ask",
        en: Words {
            adult: "each purchase waits for a guardian",
            child: "somebody says yes before buying",
        },
        fr: Words {
            adult: "chaque achat attend l’accord d’un responsable",
            child: "quelqu’un dit oui avant chaque achat",
        },
    },
    TextRow {
        key: "rule_cap_month",
        en: Words {
            adult: "{amount} a month at most",
            child: "{amount} a month at most",
        },
        fr: Words {
            adult: "{amount} par mois au plus",
            child: "{amount} par mois au plus",
        },
    },
    TextRow {
        key: "rule_cap_week",
        en: Words {
            adult: "{amount} a week at most",
            child: "{amount} a week at most",
        },
        fr: Words {
            adult: "{amount} par semaine au plus",
            child: "{amount} par semaine au plus",
        },
    },
    TextRow {
        key: "rule_cap_day",
        en: Words {
            adult: "{amount} a day at most",
            child: "{amount} a day at most",
        },
        fr: Words {
            adult: "{amount} par jour au plus",
            child: "{amount} par jour au plus",
        },
    },
    TextRow {
        key: "rule_in_app",
        en: Words {
            adult: "no buying inside apps",
            child: "no buying inside apps",
        },
        fr: Words {
            adult: "aucun achat dans les applications",
            child: "pas d’achat dans les applis",
        },
    },
    TextRow {
        key: "rule_free",
        en: Words {
            adult: "no free downloads",
            child: "no free downloads",
        },
        fr: Words {
            adult: "aucun téléchargement gratuit",
            child: "pas de téléchargements gratuits",
        },
    },
    TextRow {
        key: "rule_purchase_ask_paid",
        en: Words {
            adult: "each purchase that costs money waits for a guardian",
            child: "somebody says yes before you pay for something",
        },
        fr: Words {
            adult: "chaque achat payant attend l’accord d’un responsable",
            child: "quelqu’un dit oui avant que tu paies quelque chose",
        },
    },
    TextRow {
        key: "rule_purchase_ask_in_app",
        en: Words {
            adult: "each purchase inside an app waits for a guardian",
            child: "somebody says yes before buying inside an app",
        },
        fr: Words {
            adult: "chaque achat dans une application attend l’accord d’un responsable",
            child: "quelqu’un dit oui avant un achat dans une appli",
        },
    },
    TextRow {
        key: "rule_list_block",
        en: Words {
            adult: "blocked: a long list of sites",
            child: "closed: a long list of pages",
        },
        fr: Words {
            adult: "bloqué\u{a0}: une longue liste de sites",
            child: "fermé\u{a0}: une longue liste de pages",
        },
    },
    TextRow {
        key: "rule_list_allow",
        en: Words {
            adult: "allowed: a long list of sites",
            child: "open: a long list of pages",
        },
        fr: Words {
            adult: "autorisé\u{a0}: une longue liste de sites",
            child: "ouvert\u{a0}: une longue liste de pages",
        },
    },
    TextRow {
        key: "rule_ask",
        en: Words {
            adult: "ask first: {item}",
            child: "ask first: {item}",
        },
        fr: Words {
            adult: "sur demande\u{a0}: {item}",
            child: "demande d’abord\u{a0}: {item}",
        },
    },
    TextRow {
        key: "rule_gate",
        en: Words {
            adult: "open from {age} years on: {item}",
            child: "open from {age} years on: {item}",
        },
        fr: Words {
            adult: "ouvert à partir de {age} ans\u{a0}: {item}",
            child: "ouvert à partir de {age} ans\u{a0}: {item}",
        },
    },
    TextRow {
        key: "rule_gate_all",
        en: Words {
            adult: "apps, pages and films are open from {age} years on",
            child: "apps, pages and films are open from {age} years on",
        },
        fr: Words {
            adult: "applications, pages et films sont ouverts à partir de {age} ans",
            child: "applis, pages et films sont ouverts à partir de {age} ans",
        },
    },
    TextRow {
        key: "rule_share_allow",
        en: Words {
            adult: "{audience} may be told an age bracket",
            child: "{audience} may know which age group you are in",
        },
        fr: Words {
            adult: "{audience} peut connaître la tranche d’âge",
            child: "{audience} peut connaître ta tranche d’âge",
        },
    },
    TextRow {
        key: "rule_share_ask",
        en: Words {
            adult: "a guardian says yes before {audience} is told an age bracket",
            child: "somebody says yes before {audience} knows your age group",
        },
        fr: Words {
            adult: "un responsable dit oui avant que {audience} apprenne la tranche d’âge",
            child: "quelqu’un dit oui avant que {audience} connaisse ta tranche d’âge",
        },
    },
    TextRow {
        key: "rule_share_refuse",
        en: Words {
            adult: "{audience} is told nothing about the age",
            child: "{audience} is told nothing about your age",
        },
        fr: Words {
            adult: "{audience} n’apprend rien sur l’âge",
            child: "{audience} n’apprend rien sur ton âge",
        },
    },
    TextRow {
        key: "share_rest",
        en: Words {
            adult: "anybody who is not named",
            child: "anybody else",
        },
        fr: Words {
            adult: "quiconque n’est pas nommé",
            child: "n’importe qui d’autre",
        },
    },
    TextRow {
        key: "rule_verdict_block",
        en: Words {
            adult: "closed where a program finds: {item}",
            child: "closed where a program finds: {item}",
        },
        fr: Words {
            adult: "fermé quand un programme y trouve\u{a0}: {item}",
            child: "fermé quand un programme y trouve\u{a0}: {item}",
        },
    },
    TextRow {
        key: "rule_verdict_ask",
        en: Words {
            adult: "ask where a program finds: {item}",
            child: "ask first where a program finds: {item}",
        },
        fr: Words {
            adult: "sur demande quand un programme y trouve\u{a0}: {item}",
            child: "demande d’abord quand un programme y trouve\u{a0}: {item}",
        },
    },
    TextRow {
        key: "concern_content",
        en: Words {
            adult: "content for older people",
            child: "content for older people",
        },
        fr: Words {
            adult: "contenus pour plus grands",
            child: "contenus pour plus grands",
        },
    },
    TextRow {
        key: "concern_contact",
        en: Words {
            adult: "contact with strangers",
            child: "contact with strangers",
        },
        fr: Words {
            adult: "contact avec des inconnus",
            child: "contact avec des inconnus",
        },
    },
    TextRow {
        key: "concern_conduct",
        en: Words {
            adult: "harmful behaviour",
            child: "behaviour that hurts",
        },
        fr: Words {
            adult: "comportements qui font du mal",
            child: "ce qui fait du mal",
        },
    },
    TextRow {
        key: "concern_contract",
        en: Words {
            adult: "selling and advertising",
            child: "selling and advertising",
        },
        fr: Words {
            adult: "vente et publicité",
            child: "vente et publicité",
        },
    },
    TextRow {
        key: "rule_contact_approval",
        en: Words {
            adult: "each new contact waits for a guardian",
            child: "somebody says yes before a new contact",
        },
        fr: Words {
            adult: "chaque nouveau contact attend l’accord d’un responsable",
            child: "quelqu’un dit oui avant chaque nouveau contact",
        },
    },
    TextRow {
        key: "rule_when_closed",
        en: Words {
            adult: "outside the hours: {rule}",
            child: "outside the hours: {rule}",
        },
        fr: Words {
            adult: "hors horaires\u{a0}: {rule}",
            child: "hors horaires\u{a0}: {rule}",
        },
    },
    TextRow {
        key: "rule_end",
        en: Words {
            adult: "what happens when the time is over",
            child: "what happens when the time is over",
        },
        fr: Words {
            adult: "ce qui se passe quand le temps est écoulé",
            child: "ce qui se passe quand le temps est écoulé",
        },
    },
    TextRow {
        key: "rule_safe_search",
        en: Words {
            adult: "search engines in their safe mode",
            child: "search engines in the mode for children",
        },
        fr: Words {
            adult: "moteurs de recherche en mode sûr",
            child: "moteurs de recherche en mode enfant",
        },
    },
    TextRow {
        key: "rule_named",
        en: Words {
            adult: "a rule called {name}",
            child: "a rule called {name}",
        },
        fr: Words {
            adult: "une règle nommée {name}",
            child: "une règle nommée {name}",
        },
    },
    TextRow {
        key: "act_extra",
        en: Words {
            adult: "{span} more for {item}",
            child: "{span} more for {item}",
        },
        fr: Words {
            adult: "{span} de plus pour {item}",
            child: "{span} de plus pour {item}",
        },
    },
    TextRow {
        key: "act_extra_hours",
        en: Words {
            adult: "{span} more for {item}, outside the hours too",
            child: "{span} more for {item}, outside the hours too",
        },
        fr: Words {
            adult: "{span} de plus pour {item}, même hors horaires",
            child: "{span} de plus pour {item}, même hors horaires",
        },
    },
    TextRow {
        key: "act_lock",
        en: Words {
            adult: "the device is locked",
            child: "the device is closed for now",
        },
        fr: Words {
            adult: "l’appareil est verrouillé",
            child: "l’appareil est fermé pour le moment",
        },
    },
    TextRow {
        key: "act_suspend",
        en: Words {
            adult: "hours and limits rest",
            child: "hours and limits rest",
        },
        fr: Words {
            adult: "horaires et limites en pause",
            child: "horaires et limites en pause",
        },
    },
    TextRow {
        key: "act_unblock",
        en: Words {
            adult: "{item} is let through",
            child: "{item} is let through",
        },
        fr: Words {
            adult: "{item} passe par exception",
            child: "{item} passe par exception",
        },
    },
    TextRow {
        key: "act_extend",
        en: Words {
            adult: "{date}: open until {time}",
            child: "{date}: open until {time}",
        },
        fr: Words {
            adult: "{date}\u{a0}: ouvert jusqu’à {time}",
            child: "{date}\u{a0}: ouvert jusqu’à {time}",
        },
    },
    TextRow {
        key: "act_replace",
        en: Words {
            adult: "{date}: other hours",
            child: "{date}: other hours",
        },
        fr: Words {
            adult: "{date}\u{a0}: autres horaires",
            child: "{date}\u{a0}: autres horaires",
        },
    },
    TextRow {
        key: "act_replace_none",
        en: Words {
            adult: "{date}: no hours",
            child: "{date}: no hours",
        },
        fr: Words {
            adult: "{date}\u{a0}: sans horaires",
            child: "{date}\u{a0}: sans horaires",
        },
    },
    TextRow {
        key: "week_title",
        en: Words {
            adult: "{child}: the week from {date}",
            child: "{child}: the week from {date}",
        },
        fr: Words {
            adult: "{child}\u{a0}: la semaine du {date}",
            child: "{child}\u{a0}: la semaine du {date}",
        },
    },
    TextRow {
        key: "week_of",
        en: Words {
            adult: "What the rules say about: {action}",
            child: "What the rules say: {action}",
        },
        fr: Words {
            adult: "Ce que disent les règles pour\u{a0}: {action}",
            child: "Ce que disent les règles\u{a0}: {action}",
        },
    },
    TextRow {
        key: "week_note",
        en: Words {
            adult: "The picture shows rules, not use: nobody’s use was looked at.",
            child: "The picture shows rules, not use: nobody’s use was looked at.",
        },
        fr: Words {
            adult: "L’image montre les règles, pas l’utilisation\u{a0}: aucune utilisation n’a été regardée.",
            child: "L’image montre les règles, pas l’utilisation\u{a0}: aucune utilisation n’a été regardée.",
        },
    },
    TextRow {
        key: "week_picture",
        en: Words {
            adult: "The week as a picture",
            child: "The week as a picture",
        },
        fr: Words {
            adult: "La semaine en image",
            child: "La semaine en image",
        },
    },
    TextRow {
        key: "week_table",
        en: Words {
            adult: "The week as a table",
            child: "The week as a table",
        },
        fr: Words {
            adult: "La semaine en tableau",
            child: "La semaine en tableau",
        },
    },
    TextRow {
        key: "week_table_note",
        en: Words {
            adult: "The table says the same as the picture.",
            child: "The table says the same as the picture.",
        },
        fr: Words {
            adult: "Le tableau dit la même chose que l’image.",
            child: "Le tableau dit la même chose que l’image.",
        },
    },
    TextRow {
        key: "week_describe",
        en: Words {
            adult: "Seven days from left to right, the clock from top to bottom. Everything in it stands in the table below.",
            child: "Seven days from left to right, the clock from top to bottom. Everything in it stands in the table below.",
        },
        fr: Words {
            adult: "Sept jours de gauche à droite, l’heure de haut en bas. Tout ce qu’elle montre figure dans le tableau plus bas.",
            child: "Sept jours de gauche à droite, l’heure de haut en bas. Tout ce qu’elle montre figure dans le tableau plus bas.",
        },
    },
    TextRow {
        key: "legend",
        en: Words {
            adult: "What the picture means",
            child: "What the picture means",
        },
        fr: Words {
            adult: "Légende",
            child: "Légende",
        },
    },
    TextRow {
        key: "state_open",
        en: Words {
            adult: "open",
            child: "open",
        },
        fr: Words {
            adult: "ouvert",
            child: "ouvert",
        },
    },
    TextRow {
        key: "state_closed",
        en: Words {
            adult: "closed",
            child: "closed",
        },
        fr: Words {
            adult: "fermé",
            child: "fermé",
        },
    },
    TextRow {
        key: "state_locked",
        en: Words {
            adult: "locked",
            child: "closed for now",
        },
        fr: Words {
            adult: "verrouillé",
            child: "fermé pour le moment",
        },
    },
    TextRow {
        key: "state_blocked",
        en: Words {
            adult: "blocked",
            child: "stays closed",
        },
        fr: Words {
            adult: "bloqué",
            child: "reste fermé",
        },
    },
    TextRow {
        key: "state_spent",
        en: Words {
            adult: "no time",
            child: "no time",
        },
        fr: Words {
            adult: "pas de temps",
            child: "pas de temps",
        },
    },
    TextRow {
        key: "state_ask",
        en: Words {
            adult: "ask",
            child: "ask first",
        },
        fr: Words {
            adult: "sur demande",
            child: "demande d’abord",
        },
    },
    TextRow {
        key: "state_pending",
        en: Words {
            adult: "not known yet",
            child: "not known yet",
        },
        fr: Words {
            adult: "pas encore connu",
            child: "pas encore connu",
        },
    },
    TextRow {
        key: "legend_gap",
        en: Words {
            adult: "the clock skips this",
            child: "the clock skips this",
        },
        fr: Words {
            adult: "l’horloge saute cette heure",
            child: "l’horloge saute cette heure",
        },
    },
    TextRow {
        key: "legend_fold",
        en: Words {
            adult: "the clock shows this twice: first left, then right",
            child: "the clock shows this twice: first left, then right",
        },
        fr: Words {
            adult: "l’horloge affiche cette heure deux fois\u{a0}: d’abord à gauche, puis à droite",
            child: "l’horloge affiche cette heure deux fois\u{a0}: d’abord à gauche, puis à droite",
        },
    },
    TextRow {
        key: "legend_who",
        en: Words {
            adult: "A letter says whose rule it is, a pattern too",
            child: "A letter says who chose the rule, a pattern too",
        },
        fr: Words {
            adult: "Une lettre dit qui a posé la règle, un motif aussi",
            child: "Une lettre dit qui a choisi la règle, un motif aussi",
        },
    },
    TextRow {
        key: "legend_care",
        en: Words {
            adult: "On the left of a day: who has care of the child",
            child: "On the left of a day: with whom you are",
        },
        fr: Words {
            adult: "À gauche d’un jour\u{a0}: qui a la garde",
            child: "À gauche d’un jour\u{a0}: chez qui tu es",
        },
    },
    TextRow {
        key: "legend_acts",
        en: Words {
            adult: "On the right of a day: exceptions, by their number below",
            child: "On the right of a day: exceptions, by their number below",
        },
        fr: Words {
            adult: "À droite d’un jour\u{a0}: les exceptions, avec leur numéro plus bas",
            child: "À droite d’un jour\u{a0}: les exceptions, avec leur numéro plus bas",
        },
    },
    TextRow {
        key: "care_open",
        en: Words {
            adult: "nobody in particular",
            child: "nobody in particular",
        },
        fr: Words {
            adult: "personne en particulier",
            child: "personne en particulier",
        },
    },
    TextRow {
        key: "day_long",
        en: Words {
            adult: "The clocks go back {span} at {time}: this day has {length}.",
            child: "The clocks go back {span} at {time}: this day has {length}.",
        },
        fr: Words {
            adult: "À {time}, on recule de {span}\u{a0}: ce jour dure {length}.",
            child: "À {time}, on recule de {span}\u{a0}: ce jour dure {length}.",
        },
    },
    TextRow {
        key: "day_short",
        en: Words {
            adult: "The clocks go forward {span} at {time}: this day has {length}.",
            child: "The clocks go forward {span} at {time}: this day has {length}.",
        },
        fr: Words {
            adult: "À {time}, on avance de {span}\u{a0}: ce jour dure {length}.",
            child: "À {time}, on avance de {span}\u{a0}: ce jour dure {length}.",
        },
    },
    TextRow {
        key: "day_empty",
        en: Words {
            adult: "This day does not exist here: the calendar skips it.",
            child: "This day does not exist here: the calendar skips it.",
        },
        fr: Words {
            adult: "Ce jour n’existe pas ici\u{a0}: le calendrier le saute.",
            child: "Ce jour n’existe pas ici\u{a0}: le calendrier le saute.",
        },
    },
    TextRow {
        key: "day_starts",
        en: Words {
            adult: "A day begins at {time}.",
            child: "A day begins at {time}.",
        },
        fr: Words {
            adult: "Une journée commence à {time}.",
            child: "Une journée commence à {time}.",
        },
    },
    TextRow {
        key: "head_day",
        en: Words {
            adult: "Day",
            child: "Day",
        },
        fr: Words {
            adult: "Jour",
            child: "Jour",
        },
    },
    TextRow {
        key: "head_from",
        en: Words {
            adult: "From",
            child: "From",
        },
        fr: Words {
            adult: "De",
            child: "De",
        },
    },
    TextRow {
        key: "head_to",
        en: Words {
            adult: "To",
            child: "To",
        },
        fr: Words {
            adult: "À",
            child: "À",
        },
    },
    TextRow {
        key: "head_length",
        en: Words {
            adult: "Length",
            child: "Length",
        },
        fr: Words {
            adult: "Durée",
            child: "Durée",
        },
    },
    TextRow {
        key: "head_state",
        en: Words {
            adult: "State",
            child: "State",
        },
        fr: Words {
            adult: "État",
            child: "État",
        },
    },
    TextRow {
        key: "head_who",
        en: Words {
            adult: "Whose rule",
            child: "Who chose it",
        },
        fr: Words {
            adult: "Qui",
            child: "Qui l’a choisi",
        },
    },
    TextRow {
        key: "head_why",
        en: Words {
            adult: "Why",
            child: "Why",
        },
        fr: Words {
            adult: "Pourquoi",
            child: "Pourquoi",
        },
    },
    TextRow {
        key: "head_care",
        en: Words {
            adult: "Care",
            child: "With",
        },
        fr: Words {
            adult: "Garde",
            child: "Chez",
        },
    },
    TextRow {
        key: "head_what",
        en: Words {
            adult: "What",
            child: "What",
        },
        fr: Words {
            adult: "Quoi",
            child: "Quoi",
        },
    },
    TextRow {
        key: "budgets",
        en: Words {
            adult: "Time for each day",
            child: "Time for each day",
        },
        fr: Words {
            adult: "Temps par jour",
            child: "Temps par jour",
        },
    },
    TextRow {
        key: "no_budgets",
        en: Words {
            adult: "No limit on time.",
            child: "No limit on time.",
        },
        fr: Words {
            adult: "Aucune limite de temps.",
            child: "Aucune limite de temps.",
        },
    },
    TextRow {
        key: "no_limit",
        en: Words {
            adult: "no limit",
            child: "no limit",
        },
        fr: Words {
            adult: "sans limite",
            child: "sans limite",
        },
    },
    TextRow {
        key: "limit_week",
        en: Words {
            adult: "{span} in the whole week",
            child: "{span} in the whole week",
        },
        fr: Words {
            adult: "{span} sur toute la semaine",
            child: "{span} sur toute la semaine",
        },
    },
    TextRow {
        key: "acts",
        en: Words {
            adult: "Exceptions in this week",
            child: "Exceptions in this week",
        },
        fr: Words {
            adult: "Exceptions de cette semaine",
            child: "Exceptions de cette semaine",
        },
    },
    TextRow {
        key: "no_acts",
        en: Words {
            adult: "No exceptions.",
            child: "No exceptions.",
        },
        fr: Words {
            adult: "Aucune exception.",
            child: "Aucune exception.",
        },
    },
    TextRow {
        key: "no_end",
        en: Words {
            adult: "open end",
            child: "open end",
        },
        fr: Words {
            adult: "sans fin prévue",
            child: "sans fin prévue",
        },
    },
    TextRow {
        key: "made",
        en: Words {
            adult: "Time zone: {zone}. Made offline; this page loads nothing and sends nothing.",
            child: "Time zone: {zone}. Made offline; this page loads nothing and sends nothing.",
        },
        fr: Words {
            adult: "Fuseau horaire\u{a0}: {zone}. Page faite hors ligne\u{a0}; elle ne charge ni n’envoie rien.",
            child: "Fuseau horaire\u{a0}: {zone}. Page faite hors ligne\u{a0}; elle ne charge ni n’envoie rien.",
        },
    },
];

/// Words for the reasons of decisions, in their order.
pub static REASON_WORDS: [ReasonWords; 21] = [
    ReasonWords {
        code: "rights_floor",
        en: ReasonPhrases {
            adult: "help is always allowed",
            adult_do: "Nothing to do: no rule can stop it.",
            child: "you can always call for help",
            child_do: "Call, or open the page. Nobody is told, and it takes none of your time.",
        },
        fr: ReasonPhrases {
            adult: "appeler à l’aide est toujours possible",
            adult_do: "Rien à faire\u{a0}: aucune règle ne peut l’empêcher.",
            child: "tu peux toujours appeler à l’aide",
            child_do: "Appelle, ou ouvre la page. Personne n’est prévenu, et ça ne prend pas sur ton temps.",
        },
    },
    ReasonWords {
        code: "locked",
        en: ReasonPhrases {
            adult: "a guardian locked the device for now",
            adult_do: "End the lock, or wait until it ends.",
            child: "the device is locked for the moment",
            child_do: "Look when it opens again, or ask the person who locked it.",
        },
        fr: ReasonPhrases {
            adult: "un responsable a verrouillé l’appareil pour le moment",
            adult_do: "Levez le verrouillage, ou attendez qu’il prenne fin.",
            child: "l’appareil est fermé pour le moment",
            child_do: "Regarde quand il rouvre, ou demande à la personne qui l’a fermé.",
        },
    },
    ReasonWords {
        code: "blocked",
        en: ReasonPhrases {
            adult: "a rule blocks it by name",
            adult_do: "Take it off the list, or talk together about what put it there.",
            child: "this is on the list of things that stay closed",
            child_do: "Ask why it is on the list, or say that you see it differently.",
        },
        fr: ReasonPhrases {
            adult: "une règle le bloque nommément",
            adult_do: "Retirez-le de la liste, ou parlez ensemble de ce qui l’y a mis.",
            child: "c’est sur la liste des choses qui restent fermées",
            child_do: "Demande pourquoi c’est sur la liste, ou dis que tu vois les choses autrement.",
        },
    },
    ReasonWords {
        code: "pending",
        en: ReasonPhrases {
            adult: "rules for it exist and cannot be read yet",
            adult_do: "Bring the device online. If it stays like this, add the device anew.",
            child: "the rules for this have not arrived yet",
            child_do: "Go online and wait a little. If it stays like this, tell a guardian.",
        },
        fr: ReasonPhrases {
            adult: "les règles à ce sujet existent, mais ne peuvent pas encore être lues",
            adult_do: "Connectez l’appareil à Internet. Si rien ne change, ajoutez-le de nouveau.",
            child: "les règles pour ça ne sont pas encore arrivées",
            child_do: "Connecte-toi à Internet et attends un peu. Si ça ne change pas, dis-le à un adulte qui s’occupe de toi.",
        },
    },
    ReasonWords {
        code: "web_mode",
        en: ReasonPhrases {
            adult: "the site is not on the allow list",
            adult_do: "Put the site on the list of allowed sites.",
            child: "only pages on your list are open",
            child_do: "Ask for this page to be put on the list.",
        },
        fr: ReasonPhrases {
            adult: "le site n’est pas sur la liste des sites autorisés",
            adult_do: "Ajoutez le site à la liste des sites autorisés.",
            child: "seules les pages de ta liste sont ouvertes",
            child_do: "Demande qu’on ajoute cette page à la liste.",
        },
    },
    ReasonWords {
        code: "category",
        en: ReasonPhrases {
            adult: "its category is blocked",
            adult_do: "Allow this one site, or open the category.",
            child: "pages of this kind are closed",
            child_do: "Ask for this page if you need it, or say that it is in the wrong group.",
        },
        fr: ReasonPhrases {
            adult: "sa catégorie est bloquée",
            adult_do: "Autorisez ce seul site, ou ouvrez la catégorie.",
            child: "les pages de ce genre sont fermées",
            child_do: "Demande cette page si tu en as besoin, ou dis qu’elle n’est pas dans le bon groupe.",
        },
    },
    ReasonWords {
        code: "rating",
        en: ReasonPhrases {
            adult: "its rating is above the ceiling",
            adult_do: "Look at it together, allow this one, or raise the age.",
            child: "it is rated for older people",
            child_do: "Choose something for your age, or ask whether you can see it together.",
        },
        fr: ReasonPhrases {
            adult: "sa classification dépasse l’âge choisi",
            adult_do: "Regardez-le ensemble, autorisez-le à titre d’exception, ou relevez l’âge.",
            child: "c’est prévu pour des plus grands",
            child_do: "Choisis quelque chose pour ton âge, ou demande si vous pouvez le voir ensemble.",
        },
    },
    ReasonWords {
        code: "explicit",
        en: ReasonPhrases {
            adult: "it is marked as explicit",
            adult_do: "Look for another version, or allow explicit content.",
            child: "it is marked as not for children",
            child_do: "Look for another version, or ask.",
        },
        fr: ReasonPhrases {
            adult: "il est signalé comme explicite",
            adult_do: "Cherchez une autre version, ou autorisez les contenus explicites.",
            child: "c’est signalé comme pas fait pour les enfants",
            child_do: "Cherche une autre version, ou demande.",
        },
    },
    ReasonWords {
        code: "unrated",
        en: ReasonPhrases {
            adult: "it has no rating to compare",
            adult_do: "Look at it yourself, then decide.",
            child: "nobody has said for which age it is",
            child_do: "Ask: somebody can look at it with you.",
        },
        fr: ReasonPhrases {
            adult: "il n’a aucune classification à comparer",
            adult_do: "Regardez-le vous-même, puis décidez.",
            child: "personne n’a dit à partir de quel âge c’est",
            child_do: "Demande\u{a0}: quelqu’un peut le regarder avec toi.",
        },
    },
    ReasonWords {
        code: "contact",
        en: ReasonPhrases {
            adult: "communication with this contact is off",
            adult_do: "Put the person on the list of contacts.",
            child: "only people on your list",
            child_do: "Ask for this person to be put on the list.",
        },
        fr: ReasonPhrases {
            adult: "la communication avec ce contact est désactivée",
            adult_do: "Ajoutez cette personne à la liste des contacts.",
            child: "seulement avec les personnes de ta liste",
            child_do: "Demande qu’on ajoute cette personne à la liste.",
        },
    },
    ReasonWords {
        code: "spending",
        en: ReasonPhrases {
            adult: "it is above the spending cap, or this kind of purchase is off",
            adult_do: "Raise the cap, or allow this kind of purchase.",
            child: "it costs more than there is left, or buying this is off",
            child_do: "Look when there is more to spend, or ask.",
        },
        fr: ReasonPhrases {
            adult: "cela dépasse le plafond de dépenses, ou ce type d’achat est désactivé",
            adult_do: "Relevez le plafond, ou autorisez ce type d’achat.",
            child: "ça coûte plus que ce qu’il reste pour le moment, ou cet achat est fermé",
            child_do: "Attends qu’il y ait de nouveau de l’argent, ou demande.",
        },
    },
    ReasonWords {
        code: "approval",
        en: ReasonPhrases {
            adult: "a guardian approves each one",
            adult_do: "Answer the request.",
            child: "somebody has to say yes first",
            child_do: "Ask. You see the answer here.",
        },
        fr: ReasonPhrases {
            adult: "un responsable donne son accord à chaque fois",
            adult_do: "Répondez à la demande.",
            child: "quelqu’un doit d’abord dire oui",
            child_do: "Demande. Tu verras la réponse ici.",
        },
    },
    ReasonWords {
        code: "window",
        en: ReasonPhrases {
            adult: "it is outside the allowed hours",
            adult_do: "Wait, give extra time that opens the hours too, or change the hours of this day.",
            child: "it is outside the hours for this",
            child_do: "Look when it opens again, or ask for an exception.",
        },
        fr: ReasonPhrases {
            adult: "c’est en dehors des horaires autorisés",
            adult_do: "Attendez, accordez du temps qui ouvre aussi les horaires, ou changez les horaires de ce jour.",
            child: "ce n’est pas l’heure pour ça",
            child_do: "Regarde quand ça rouvre, ou demande une exception.",
        },
    },
    ReasonWords {
        code: "budget",
        en: ReasonPhrases {
            adult: "the time for it is used up",
            adult_do: "Give extra time, or wait for new time.",
            child: "the time for this is used up",
            child_do: "Ask for more time, or look when there is new time.",
        },
        fr: ReasonPhrases {
            adult: "le temps prévu est écoulé",
            adult_do: "Accordez du temps en plus, ou attendez que du temps revienne.",
            child: "le temps est écoulé",
            child_do: "Demande plus de temps, ou regarde quand il y en aura de nouveau.",
        },
    },
    ReasonWords {
        code: "allowed",
        en: ReasonPhrases {
            adult: "no rule denies it",
            adult_do: "Nothing to do.",
            child: "no rule is in the way",
            child_do: "Go on.",
        },
        fr: ReasonPhrases {
            adult: "aucune règle ne s’y oppose",
            adult_do: "Rien à faire.",
            child: "rien ne l’empêche",
            child_do: "Vas-y.",
        },
    },
    ReasonWords {
        code: "classifier",
        en: ReasonPhrases {
            adult: "a program found it to be of a kind that a rule names",
            adult_do: "Programs err: look at it yourself, then decide.",
            child: "a program thinks that this is not for you",
            child_do: "Ask: a program can be wrong, and somebody can look at it with you.",
        },
        fr: ReasonPhrases {
            adult: "un programme l’a jugé inadapté",
            adult_do: "Les programmes se trompent parfois\u{a0}: regardez vous-même, puis décidez.",
            child: "un programme pense que ce n’est pas pour toi",
            child_do: "Si c’est une erreur, demande que quelqu’un regarde.",
        },
    },
    ReasonWords {
        code: "unenforceable",
        en: ReasonPhrases {
            adult: "a rule cannot be kept here, and says that nothing is open then",
            adult_do: "Use another device, or choose what holds where this rule cannot be kept.",
            child: "a rule does not work here, so everything is closed",
            child_do: "Use another device, or tell the person who made the rule.",
        },
        fr: ReasonPhrases {
            adult: "cet appareil ne peut pas faire respecter une règle qui y compte",
            adult_do: "Utilisez un autre appareil, ou choisissez ce qui vaut là où la règle ne peut pas être respectée.",
            child: "cet appareil ne sait pas suivre une des règles",
            child_do: "Essaie sur un autre appareil, ou demande.",
        },
    },
    ReasonWords {
        code: "guardian_present",
        en: ReasonPhrases {
            adult: "a guardian has opened this screen",
            adult_do: "Nothing to do: it ends when the screen goes to sleep.",
            child: "a grown-up has opened this screen",
            child_do: "Go on together.",
        },
        fr: ReasonPhrases {
            adult: "un responsable est présent",
            adult_do: "Rien à faire\u{a0}: cela s’arrête quand l’écran se met en veille.",
            child: "un adulte est avec toi",
            child_do: "Vas-y.",
        },
    },
    ReasonWords {
        code: "protected",
        en: ReasonPhrases {
            adult: "the law keeps it open",
            adult_do: "Nothing to do: the law keeps it open.",
            child: "this is open for you by law",
            child_do: "Go on. No rule closes it.",
        },
        fr: ReasonPhrases {
            adult: "la loi veille à ce que cela reste ouvert",
            adult_do: "Rien à faire\u{a0}: la loi le garde ouvert.",
            child: "la loi garde ça ouvert pour toi",
            child_do: "Vas-y. Personne ne peut le fermer.",
        },
    },
    ReasonWords {
        code: "age",
        en: ReasonPhrases {
            adult: "a rule opens it from a higher age",
            adult_do: "Look at it together, or change the age in the rule.",
            child: "this is open for bigger children",
            child_do: "Choose something for your age, or ask why.",
        },
        fr: ReasonPhrases {
            adult: "une règle l’ouvre à partir d’un âge plus élevé",
            adult_do: "Regardez ensemble, ou changez l’âge dans la règle.",
            child: "c’est ouvert pour les plus grands",
            child_do: "Choisis quelque chose pour ton âge, ou demande pourquoi.",
        },
    },
    ReasonWords {
        code: "age_unknown",
        en: ReasonPhrases {
            adult: "a rule needs an age here, and none is confirmed",
            adult_do: "Confirm the age, or choose what holds while it is not known.",
            child: "this opens when somebody has said how old you are",
            child_do: "Ask an adult who looks after you.",
        },
        fr: ReasonPhrases {
            adult: "une règle demande un âge, et aucun n’est confirmé",
            adult_do: "Confirmez l’âge, ou choisissez ce qui vaut tant qu’il n’est pas connu.",
            child: "ça s’ouvre quand quelqu’un a dit ton âge",
            child_do: "Demande à un adulte qui s’occupe de toi.",
        },
    },
];

/// Names of categories.
pub static CATEGORY_WORDS: [CodeWords; 9] = [
    CodeWords {
        code: "games",
        en: Words {
            adult: "Games and entertainment",
            child: "Games",
        },
        fr: Words {
            adult: "Jeux et divertissement",
            child: "Les jeux",
        },
    },
    CodeWords {
        code: "social_media",
        en: Words {
            adult: "Social networks",
            child: "Apps for sharing with others",
        },
        fr: Words {
            adult: "Réseaux sociaux",
            child: "Les applis pour partager avec d’autres",
        },
    },
    CodeWords {
        code: "educational",
        en: Words {
            adult: "Learning",
            child: "Apps for learning",
        },
        fr: Words {
            adult: "Apprentissage",
            child: "Les applis pour apprendre",
        },
    },
    CodeWords {
        code: "video",
        en: Words {
            adult: "Video and streaming",
            child: "Films, series and videos",
        },
        fr: Words {
            adult: "Vidéo et streaming",
            child: "Les films, les séries et les vidéos",
        },
    },
    CodeWords {
        code: "music",
        en: Words {
            adult: "Music and audio",
            child: "Music and stories to listen to",
        },
        fr: Words {
            adult: "Musique et audio",
            child: "La musique et les histoires à écouter",
        },
    },
    CodeWords {
        code: "creativity",
        en: Words {
            adult: "Creating",
            child: "Apps for drawing and making things",
        },
        fr: Words {
            adult: "Création",
            child: "Les applis pour dessiner et fabriquer",
        },
    },
    CodeWords {
        code: "browsing",
        en: Words {
            adult: "Web browsers",
            child: "Apps for looking at web pages",
        },
        fr: Words {
            adult: "Navigateurs web",
            child: "Les applis pour regarder des pages web",
        },
    },
    CodeWords {
        code: "communication",
        en: Words {
            adult: "Calls and messages",
            child: "Apps for calling and writing to people",
        },
        fr: Words {
            adult: "Appels et messages",
            child: "Les applis pour appeler et écrire",
        },
    },
    CodeWords {
        code: "other",
        en: Words {
            adult: "Everything else",
            child: "Everything else",
        },
        fr: Words {
            adult: "Tout le reste",
            child: "Tout le reste",
        },
    },
];

/// Names of features.
pub static FEATURE_WORDS: [CodeWords; 43] = [
    CodeWords {
        code: "camera",
        en: Words {
            adult: "The camera",
            child: "The camera",
        },
        fr: Words {
            adult: "L’appareil photo",
            child: "L’appareil photo",
        },
    },
    CodeWords {
        code: "microphone",
        en: Words {
            adult: "The microphone",
            child: "The microphone",
        },
        fr: Words {
            adult: "Le microphone",
            child: "Le micro",
        },
    },
    CodeWords {
        code: "screen_capture",
        en: Words {
            adult: "Pictures and recordings of the screen",
            child: "Pictures of the screen",
        },
        fr: Words {
            adult: "Captures et enregistrements de l’écran",
            child: "Les photos de l’écran",
        },
    },
    CodeWords {
        code: "location",
        en: Words {
            adult: "Location, all uses",
            child: "Where you are",
        },
        fr: Words {
            adult: "La position, tous usages",
            child: "Là où tu es",
        },
    },
    CodeWords {
        code: "location.device",
        en: Words {
            adult: "Apps see where the device is",
            child: "Apps see where you are",
        },
        fr: Words {
            adult: "Les applications voient où est l’appareil",
            child: "Les applis voient où tu es",
        },
    },
    CodeWords {
        code: "location.sharing",
        en: Words {
            adult: "Other people see where the device is",
            child: "Other people see where you are",
        },
        fr: Words {
            adult: "D’autres personnes voient où est l’appareil",
            child: "D’autres personnes voient où tu es",
        },
    },
    CodeWords {
        code: "accounts.add",
        en: Words {
            adult: "Adding accounts and profiles",
            child: "New accounts",
        },
        fr: Words {
            adult: "Ajouter des comptes et des profils",
            child: "De nouveaux comptes",
        },
    },
    CodeWords {
        code: "apps.unknown_sources",
        en: Words {
            adult: "Apps from elsewhere than the store",
            child: "Apps from outside the store",
        },
        fr: Words {
            adult: "Applications venues d’ailleurs que du magasin",
            child: "Les applis qui ne viennent pas du magasin",
        },
    },
    CodeWords {
        code: "browser.private",
        en: Words {
            adult: "Private browsing",
            child: "Private windows of the browser",
        },
        fr: Words {
            adult: "Navigation privée",
            child: "Les fenêtres privées du navigateur",
        },
    },
    CodeWords {
        code: "network.vpn",
        en: Words {
            adult: "VPNs, proxies and resolvers of one's own",
            child: "VPNs",
        },
        fr: Words {
            adult: "VPN, serveurs relais et résolveurs personnels",
            child: "Les VPN",
        },
    },
    CodeWords {
        code: "network.hotspot",
        en: Words {
            adult: "Sharing the network with others",
            child: "Sharing your internet",
        },
        fr: Words {
            adult: "Partager le réseau avec d’autres",
            child: "Partager ton internet",
        },
    },
    CodeWords {
        code: "nearby.sharing",
        en: Words {
            adult: "Files from and to devices nearby",
            child: "Sending files to people nearby",
        },
        fr: Words {
            adult: "Fichiers échangés avec les appareils proches",
            child: "Envoyer des fichiers aux gens à côté",
        },
    },
    CodeWords {
        code: "storage.external",
        en: Words {
            adult: "External storage and cables",
            child: "Sticks and cables",
        },
        fr: Words {
            adult: "Stockage externe et câbles",
            child: "Les clés et les câbles",
        },
    },
    CodeWords {
        code: "notifications",
        en: Words {
            adult: "Notifications",
            child: "Notifications",
        },
        fr: Words {
            adult: "Notifications",
            child: "Les notifications",
        },
    },
    CodeWords {
        code: "settings.change",
        en: Words {
            adult: "Changing settings",
            child: "Changing settings",
        },
        fr: Words {
            adult: "Changer les réglages",
            child: "Changer les réglages",
        },
    },
    CodeWords {
        code: "settings.clock",
        en: Words {
            adult: "Changing date, time and zone",
            child: "Changing the clock",
        },
        fr: Words {
            adult: "Changer la date, l’heure et le fuseau",
            child: "Changer l’horloge",
        },
    },
    CodeWords {
        code: "settings.reset",
        en: Words {
            adult: "Resetting the device",
            child: "Resetting the device",
        },
        fr: Words {
            adult: "Réinitialiser l’appareil",
            child: "Remettre l’appareil à zéro",
        },
    },
    CodeWords {
        code: "ai",
        en: Words {
            adult: "AI assistants, everything about them",
            child: "Everything about AI helpers",
        },
        fr: Words {
            adult: "Assistants IA, tout ce qui les concerne",
            child: "Tout sur les assistants IA",
        },
    },
    CodeWords {
        code: "ai.access",
        en: Words {
            adult: "Using an AI assistant",
            child: "Talking with an AI helper",
        },
        fr: Words {
            adult: "Utiliser un assistant IA",
            child: "Parler avec un assistant IA",
        },
    },
    CodeWords {
        code: "ai.memory",
        en: Words {
            adult: "The assistant remembers across conversations",
            child: "The AI helper remembers you",
        },
        fr: Words {
            adult: "L’assistant se souvient d’une conversation à l’autre",
            child: "L’assistant IA se souvient de toi",
        },
    },
    CodeWords {
        code: "ai.training",
        en: Words {
            adult: "Conversations are used for training",
            child: "AI learns from what you write",
        },
        fr: Words {
            adult: "Les conversations servent à l’entraînement",
            child: "L’IA apprend de ce que tu écris",
        },
    },
    CodeWords {
        code: "ai.voice",
        en: Words {
            adult: "Speaking with the assistant",
            child: "Speaking with an AI helper",
        },
        fr: Words {
            adult: "Parler à l’assistant à voix haute",
            child: "Parler à voix haute avec un assistant IA",
        },
    },
    CodeWords {
        code: "ai.image",
        en: Words {
            adult: "Making and changing pictures and videos",
            child: "Making pictures with AI",
        },
        fr: Words {
            adult: "Créer et modifier des images et des vidéos",
            child: "Faire des images avec l’IA",
        },
    },
    CodeWords {
        code: "ai.personas",
        en: Words {
            adult: "Characters and companions",
            child: "AI characters",
        },
        fr: Words {
            adult: "Personnages et compagnons",
            child: "Les personnages IA",
        },
    },
    CodeWords {
        code: "ai.browsing",
        en: Words {
            adult: "The assistant opens web pages",
            child: "An AI helper that opens web pages",
        },
        fr: Words {
            adult: "L’assistant ouvre des pages web",
            child: "Un assistant IA qui ouvre des pages web",
        },
    },
    CodeWords {
        code: "social",
        en: Words {
            adult: "Social functions, all of them",
            child: "Everything with other people",
        },
        fr: Words {
            adult: "Fonctions sociales, toutes",
            child: "Tout ce qui se fait avec d’autres",
        },
    },
    CodeWords {
        code: "social.friends",
        en: Words {
            adult: "Finding and adding friends",
            child: "New friends",
        },
        fr: Words {
            adult: "Trouver et ajouter des amis",
            child: "De nouveaux amis",
        },
    },
    CodeWords {
        code: "social.messages",
        en: Words {
            adult: "Direct messages",
            child: "Messages",
        },
        fr: Words {
            adult: "Messages directs",
            child: "Les messages",
        },
    },
    CodeWords {
        code: "social.groups",
        en: Words {
            adult: "Groups and channels",
            child: "Groups",
        },
        fr: Words {
            adult: "Groupes et salons",
            child: "Les groupes",
        },
    },
    CodeWords {
        code: "social.multiplayer",
        en: Words {
            adult: "Playing with others",
            child: "Playing with others",
        },
        fr: Words {
            adult: "Jouer avec d’autres",
            child: "Jouer avec d’autres",
        },
    },
    CodeWords {
        code: "social.live",
        en: Words {
            adult: "Live video and live audio",
            child: "Going live",
        },
        fr: Words {
            adult: "Vidéo et audio en direct",
            child: "Passer en direct",
        },
    },
    CodeWords {
        code: "social.post",
        en: Words {
            adult: "Publishing posts, pictures and comments",
            child: "Posting",
        },
        fr: Words {
            adult: "Publier des textes, des images et des commentaires",
            child: "Publier",
        },
    },
    CodeWords {
        code: "social.view_posts",
        en: Words {
            adult: "Seeing what other users publish",
            child: "Seeing what others post",
        },
        fr: Words {
            adult: "Voir ce que d’autres publient",
            child: "Voir ce que d’autres publient",
        },
    },
    CodeWords {
        code: "feed",
        en: Words {
            adult: "Feeds, everything that keeps going by itself",
            child: "Things that go on by themselves",
        },
        fr: Words {
            adult: "Fils, tout ce qui continue tout seul",
            child: "Ce qui continue tout seul",
        },
    },
    CodeWords {
        code: "feed.autoplay",
        en: Words {
            adult: "The next one starts by itself",
            child: "The next one starts by itself",
        },
        fr: Words {
            adult: "Le suivant démarre tout seul",
            child: "Le suivant démarre tout seul",
        },
    },
    CodeWords {
        code: "feed.recommended",
        en: Words {
            adult: "Recommendations from past behaviour",
            child: "Things picked for you",
        },
        fr: Words {
            adult: "Recommandations d’après le comportement passé",
            child: "Ce qu’on choisit pour toi",
        },
    },
    CodeWords {
        code: "feed.endless",
        en: Words {
            adult: "Lists without an end",
            child: "Lists that never end",
        },
        fr: Words {
            adult: "Listes sans fin",
            child: "Les listes qui ne finissent jamais",
        },
    },
    CodeWords {
        code: "privacy",
        en: Words {
            adult: "Uses of the child's data, all of them",
            child: "Everything done with what is known about you",
        },
        fr: Words {
            adult: "Usages des données de l’enfant, tous",
            child: "Tout ce qu’on fait de ce qu’on sait de toi",
        },
    },
    CodeWords {
        code: "privacy.ads",
        en: Words {
            adult: "Advertising from past behaviour",
            child: "Ads picked for you",
        },
        fr: Words {
            adult: "Publicité d’après le comportement passé",
            child: "Les pubs choisies pour toi",
        },
    },
    CodeWords {
        code: "privacy.tracking",
        en: Words {
            adult: "Tracking across apps and sites",
            child: "Being followed from app to app",
        },
        fr: Words {
            adult: "Suivi d’une application et d’un site à l’autre",
            child: "Être suivi d’appli en appli",
        },
    },
    CodeWords {
        code: "privacy.analytics",
        en: Words {
            adult: "Statistics of use go to the maker",
            child: "Reports about how you use it",
        },
        fr: Words {
            adult: "Des statistiques d’usage vont au fabricant",
            child: "Les rapports sur ce que tu fais",
        },
    },
    CodeWords {
        code: "privacy.public_profile",
        en: Words {
            adult: "A profile that anybody can see",
            child: "A page about you that anybody can see",
        },
        fr: Words {
            adult: "Un profil que tout le monde peut voir",
            child: "Une page sur toi que tout le monde peut voir",
        },
    },
    CodeWords {
        code: "privacy.data_sale",
        en: Words {
            adult: "Data are passed on or sold",
            child: "Selling what is known about you",
        },
        fr: Words {
            adult: "Des données sont transmises ou vendues",
            child: "Vendre ce qu’on sait de toi",
        },
    },
];

/// Names of countries, by code.
pub static PLACES: [PlaceWords; 79] = [
    PlaceWords {
        code: "AD",
        en: "Andorra",
        fr: "Andorre",
    },
    PlaceWords {
        code: "AE",
        en: "the United Arab Emirates",
        fr: "Émirats arabes unis",
    },
    PlaceWords {
        code: "AL",
        en: "Albania",
        fr: "Albanie",
    },
    PlaceWords {
        code: "AM",
        en: "Armenia",
        fr: "Arménie",
    },
    PlaceWords {
        code: "AR",
        en: "Argentina",
        fr: "Argentine",
    },
    PlaceWords {
        code: "AT",
        en: "Austria",
        fr: "Autriche",
    },
    PlaceWords {
        code: "AU",
        en: "Australia",
        fr: "Australie",
    },
    PlaceWords {
        code: "AZ",
        en: "Azerbaijan",
        fr: "Azerbaïdjan",
    },
    PlaceWords {
        code: "BA",
        en: "Bosnia and Herzegovina",
        fr: "Bosnie-Herzégovine",
    },
    PlaceWords {
        code: "BE",
        en: "Belgium",
        fr: "Belgique",
    },
    PlaceWords {
        code: "BG",
        en: "Bulgaria",
        fr: "Bulgarie",
    },
    PlaceWords {
        code: "BR",
        en: "Brazil",
        fr: "Brésil",
    },
    PlaceWords {
        code: "BY",
        en: "Belarus",
        fr: "Biélorussie",
    },
    PlaceWords {
        code: "CA",
        en: "Canada",
        fr: "Canada",
    },
    PlaceWords {
        code: "CH",
        en: "Switzerland",
        fr: "Suisse",
    },
    PlaceWords {
        code: "CN",
        en: "China",
        fr: "Chine",
    },
    PlaceWords {
        code: "CY",
        en: "Cyprus",
        fr: "Chypre",
    },
    PlaceWords {
        code: "CZ",
        en: "the Czech Republic",
        fr: "Tchéquie",
    },
    PlaceWords {
        code: "DE",
        en: "Germany",
        fr: "Allemagne",
    },
    PlaceWords {
        code: "DK",
        en: "Denmark",
        fr: "Danemark",
    },
    PlaceWords {
        code: "DZ",
        en: "Algeria",
        fr: "Algérie",
    },
    PlaceWords {
        code: "EE",
        en: "Estonia",
        fr: "Estonie",
    },
    PlaceWords {
        code: "EG",
        en: "Egypt",
        fr: "Égypte",
    },
    PlaceWords {
        code: "ES",
        en: "Spain",
        fr: "Espagne",
    },
    PlaceWords {
        code: "EU",
        en: "the European Union",
        fr: "Union européenne",
    },
    PlaceWords {
        code: "FI",
        en: "Finland",
        fr: "Finlande",
    },
    PlaceWords {
        code: "FR",
        en: "France",
        fr: "France",
    },
    PlaceWords {
        code: "GB",
        en: "the United Kingdom",
        fr: "Royaume-Uni",
    },
    PlaceWords {
        code: "GE",
        en: "Georgia",
        fr: "Géorgie",
    },
    PlaceWords {
        code: "GR",
        en: "Greece",
        fr: "Grèce",
    },
    PlaceWords {
        code: "HR",
        en: "Croatia",
        fr: "Croatie",
    },
    PlaceWords {
        code: "HU",
        en: "Hungary",
        fr: "Hongrie",
    },
    PlaceWords {
        code: "ID",
        en: "Indonesia",
        fr: "Indonésie",
    },
    PlaceWords {
        code: "IE",
        en: "Ireland",
        fr: "Irlande",
    },
    PlaceWords {
        code: "IL",
        en: "Israel",
        fr: "Israël",
    },
    PlaceWords {
        code: "IN",
        en: "India",
        fr: "Inde",
    },
    PlaceWords {
        code: "IR",
        en: "Iran",
        fr: "Iran",
    },
    PlaceWords {
        code: "IS",
        en: "Iceland",
        fr: "Islande",
    },
    PlaceWords {
        code: "IT",
        en: "Italy",
        fr: "Italie",
    },
    PlaceWords {
        code: "JP",
        en: "Japan",
        fr: "Japon",
    },
    PlaceWords {
        code: "KR",
        en: "Korea",
        fr: "Corée",
    },
    PlaceWords {
        code: "KW",
        en: "Kuwait",
        fr: "Koweït",
    },
    PlaceWords {
        code: "LI",
        en: "Liechtenstein",
        fr: "Liechtenstein",
    },
    PlaceWords {
        code: "LT",
        en: "Lithuania",
        fr: "Lituanie",
    },
    PlaceWords {
        code: "LU",
        en: "Luxembourg",
        fr: "Luxembourg",
    },
    PlaceWords {
        code: "LV",
        en: "Latvia",
        fr: "Lettonie",
    },
    PlaceWords {
        code: "MA",
        en: "Morocco",
        fr: "Maroc",
    },
    PlaceWords {
        code: "MC",
        en: "Monaco",
        fr: "Monaco",
    },
    PlaceWords {
        code: "MD",
        en: "Moldova",
        fr: "Moldavie",
    },
    PlaceWords {
        code: "ME",
        en: "Montenegro",
        fr: "Monténégro",
    },
    PlaceWords {
        code: "MK",
        en: "North Macedonia",
        fr: "Macédoine du Nord",
    },
    PlaceWords {
        code: "MT",
        en: "Malta",
        fr: "Malte",
    },
    PlaceWords {
        code: "MX",
        en: "Mexico",
        fr: "Mexique",
    },
    PlaceWords {
        code: "MY",
        en: "Malaysia",
        fr: "Malaisie",
    },
    PlaceWords {
        code: "NG",
        en: "Nigeria",
        fr: "Nigeria",
    },
    PlaceWords {
        code: "NL",
        en: "the Netherlands",
        fr: "Pays-Bas",
    },
    PlaceWords {
        code: "NO",
        en: "Norway",
        fr: "Norvège",
    },
    PlaceWords {
        code: "NZ",
        en: "New Zealand",
        fr: "Nouvelle-Zélande",
    },
    PlaceWords {
        code: "PK",
        en: "Pakistan",
        fr: "Pakistan",
    },
    PlaceWords {
        code: "PL",
        en: "Poland",
        fr: "Pologne",
    },
    PlaceWords {
        code: "PR",
        en: "Puerto Rico",
        fr: "Porto Rico",
    },
    PlaceWords {
        code: "PT",
        en: "Portugal",
        fr: "Portugal",
    },
    PlaceWords {
        code: "RO",
        en: "Romania",
        fr: "Roumanie",
    },
    PlaceWords {
        code: "RS",
        en: "Serbia",
        fr: "Serbie",
    },
    PlaceWords {
        code: "RU",
        en: "Russia",
        fr: "Russie",
    },
    PlaceWords {
        code: "SA",
        en: "Saudi Arabia",
        fr: "Arabie saoudite",
    },
    PlaceWords {
        code: "SE",
        en: "Sweden",
        fr: "Suède",
    },
    PlaceWords {
        code: "SG",
        en: "Singapore",
        fr: "Singapour",
    },
    PlaceWords {
        code: "SI",
        en: "Slovenia",
        fr: "Slovénie",
    },
    PlaceWords {
        code: "SK",
        en: "Slovakia",
        fr: "Slovaquie",
    },
    PlaceWords {
        code: "SM",
        en: "San Marino",
        fr: "Saint-Marin",
    },
    PlaceWords {
        code: "TH",
        en: "Thailand",
        fr: "Thaïlande",
    },
    PlaceWords {
        code: "TR",
        en: "Turkey",
        fr: "Turquie",
    },
    PlaceWords {
        code: "TW",
        en: "Taiwan",
        fr: "Taïwan",
    },
    PlaceWords {
        code: "UA",
        en: "Ukraine",
        fr: "Ukraine",
    },
    PlaceWords {
        code: "US",
        en: "the United States",
        fr: "États-Unis",
    },
    PlaceWords {
        code: "VA",
        en: "the Vatican",
        fr: "Vatican",
    },
    PlaceWords {
        code: "XK",
        en: "Kosovo",
        fr: "Kosovo",
    },
    PlaceWords {
        code: "ZA",
        en: "South Africa",
        fr: "Afrique du Sud",
    },
];
