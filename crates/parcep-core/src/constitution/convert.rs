//! Membership documents from and to the wire.

use super::law::distinct;
use super::{
    Caps, Constitution, Custody, Dependant, Device, DeviceRole, EnforcementPoint, Guardian,
    MAX_DEPENDANTS, MalformedMembership, PrincipalDevices, Relay, UncertainTime, YearMonth,
};
use crate::document::READER;
use crate::epoch::PepCategory;
use crate::reason::Reason;
use parcep_proto::v1alpha1 as pb;
use prost::Message as _;

type Result<T> = std::result::Result<T, MalformedMembership>;

/// The field at fault where a newer reader is needed.
const TOO_NEW: &str = "min_reader";
/// The field at fault where something is proposed that cannot be.
pub(crate) const NOT_PROPOSED: &str = "proposed type";
/// Most devices of one person, most capabilities of one enforcement point.
const MAX_PER_PRINCIPAL: usize = 16;
const MAX_CAPABILITIES: usize = 128;

impl MalformedMembership {
    /// The stable reason code.
    pub fn reason(self) -> Reason {
        match self.0 {
            TOO_NEW => Reason::ReaderTooOld,
            NOT_PROPOSED => Reason::NotPermittedByTable,
            _ => Reason::Malformed,
        }
    }
}

impl Constitution {
    /// Parses the bytes of a constitution section.
    ///
    /// # Errors
    /// Names the field at fault.
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        let law =
            pb::Constitution::decode(bytes).map_err(|_| MalformedMembership("constitution"))?;
        if law.min_reader == 0 {
            return Err(MalformedMembership("constitution"));
        }
        if law.min_reader > READER {
            return Err(MalformedMembership(TOO_NEW));
        }
        let caps = law.caps.unwrap_or_default();
        Self::new(
            all(law.guardians, guardian)?,
            all(law.dependants, dependant)?,
            law.threshold,
            all(law.relays, relay)?,
            Caps {
                extra_time_seconds: caps.extra_time_seconds,
                unblock_max_age: caps.unblock_max_age,
            },
        )
    }

    /// The bytes of a constitution section.
    pub fn encode(&self) -> Vec<u8> {
        let custody = |c: &Custody| pb::CustodyInterval {
            dependant_id: c.dependant.to_vec(),
            from: c.from,
            until: c.until,
        };
        pb::Constitution {
            guardians: map(&self.guardians, |g| pb::Guardian {
                principal_id: g.id.to_vec(),
                scope: map(&g.scope, |id| id.to_vec()),
                custody: map(&g.custody, custody),
            }),
            dependants: map(&self.dependants, |d| pb::Dependant {
                principal_id: d.id.to_vec(),
                release_on: d.release_on.map(|month| pb::YearMonth {
                    year: month.year.into(),
                    month: month.month.into(),
                }),
            }),
            threshold: self.threshold,
            relays: map(&self.relays, |relay| relay.into()),
            caps: Some(pb::Caps {
                extra_time_seconds: self.caps.extra_time_seconds,
                unblock_max_age: self.caps.unblock_max_age,
            }),
            min_reader: READER,
        }
        .encode_to_vec()
    }
}

impl PrincipalDevices {
    /// Parses the bytes of a devices section.
    ///
    /// # Errors
    /// Names the field at fault, weak keys among them.
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        let set =
            pb::PrincipalDevices::decode(bytes).map_err(|_| MalformedMembership("devices"))?;
        if set.devices.len() > MAX_PER_PRINCIPAL {
            return Err(MalformedMembership("devices"));
        }
        let devices = all(set.devices, device)?;
        // R-MEM-011
        let ids = map(&devices, |d| d.id);
        let (signing, sealing) = (map(&devices, |d| d.signing), map(&devices, |d| d.sealing));
        if !(distinct(&ids) && distinct(&signing) && distinct(&sealing)) {
            return Err(MalformedMembership("devices"));
        }
        Ok(Self {
            principal: id(&set.principal_id, "principal_id")?,
            devices,
        })
    }

    /// The bytes of a devices section.
    pub fn encode(&self) -> Vec<u8> {
        pb::PrincipalDevices {
            principal_id: self.principal.to_vec(),
            devices: map(&self.devices, |d| pb::Device {
                device_id: d.id.to_vec(),
                signing_key: d.signing.as_bytes().to_vec(),
                sealing_key: d.sealing.as_bytes().to_vec(),
                role: d.role.into(),
            }),
        }
        .encode_to_vec()
    }
}

impl EnforcementPoint {
    /// Parses the bytes of an enforcement point section.
    ///
    /// # Errors
    /// Names the field at fault, weak keys among them.
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        let point = pb::EnforcementPoint::decode(bytes)
            .map_err(|_| MalformedMembership("enforcement_point"))?;
        let category = PepCategory::try_from(point.category)
            .ok()
            .filter(|category| *category != PepCategory::Unspecified)
            .ok_or(MalformedMembership("category"))?;
        if !(1..=MAX_DEPENDANTS).contains(&point.dependants.len()) {
            return Err(MalformedMembership("dependants"));
        }
        if !distinct(&point.dependants) {
            return Err(MalformedMembership("dependants"));
        }
        if point.capabilities.len() > MAX_CAPABILITIES {
            return Err(MalformedMembership("capabilities"));
        }
        Ok(Self {
            id: id(&point.device_id, "device_id")?,
            signing: id(&point.signing_key, "signing_key")?,
            sealing: id(&point.sealing_key, "sealing_key")?,
            category,
            dependants: all(point.dependants, |d| id(&d, "dependants"))?,
            capabilities: point.capabilities,
            uncertain_time: UncertainTime::try_from(point.uncertain_time).unwrap_or_default(),
        })
    }

    /// The bytes of an enforcement point section.
    pub fn encode(&self) -> Vec<u8> {
        pb::EnforcementPoint {
            device_id: self.id.to_vec(),
            signing_key: self.signing.as_bytes().to_vec(),
            sealing_key: self.sealing.as_bytes().to_vec(),
            category: self.category.into(),
            dependants: map(&self.dependants, |d| d.to_vec()),
            capabilities: self.capabilities.clone(),
            uncertain_time: self.uncertain_time.into(),
        }
        .encode_to_vec()
    }
}

impl From<&Relay> for pb::RelayRef {
    fn from(relay: &Relay) -> Self {
        Self {
            uri: relay.uri.clone(),
            relay_key: relay.key.map(|key| key.as_bytes().to_vec()),
        }
    }
}

impl TryFrom<pb::RelayRef> for Relay {
    type Error = MalformedMembership;

    fn try_from(relay: pb::RelayRef) -> Result<Self> {
        let key = relay.relay_key.as_deref();
        Ok(Self {
            uri: relay.uri,
            key: key.map(|k| id(k, "relay_key")).transpose()?,
        })
    }
}

fn relay(relay: pb::RelayRef) -> Result<Relay> {
    relay.try_into()
}

fn guardian(guardian: pb::Guardian) -> Result<Guardian> {
    Ok(Guardian {
        id: id(&guardian.principal_id, "principal_id")?,
        scope: all(guardian.scope, |d| id(&d, "scope"))?,
        custody: all(guardian.custody, |interval| {
            Ok(Custody {
                dependant: id(&interval.dependant_id, "custody")?,
                from: interval.from,
                until: interval.until,
            })
        })?,
    })
}

fn dependant(dependant: pb::Dependant) -> Result<Dependant> {
    let month = |m: pb::YearMonth| {
        let month = YearMonth {
            year: u16::try_from(m.year).ok()?,
            month: u8::try_from(m.month).ok()?,
        };
        let in_range = (2000..=2200).contains(&month.year) && (1..=12).contains(&month.month);
        in_range.then_some(month)
    };
    let release_on = dependant
        .release_on
        .map(|m| month(m).ok_or(MalformedMembership("release_on")))
        .transpose()?;
    Ok(Dependant {
        id: id(&dependant.principal_id, "principal_id")?,
        release_on,
    })
}

fn device(device: pb::Device) -> Result<Device> {
    let role = DeviceRole::try_from(device.role)
        .ok()
        .filter(|role| *role != DeviceRole::Unspecified)
        .ok_or(MalformedMembership("role"))?;
    Ok(Device {
        id: id(&device.device_id, "device_id")?,
        signing: id(&device.signing_key, "signing_key")?,
        sealing: id(&device.sealing_key, "sealing_key")?,
        role,
    })
}

fn id<'a, T: TryFrom<&'a [u8]>>(bytes: &'a [u8], field: &'static str) -> Result<T> {
    T::try_from(bytes).map_err(|_| MalformedMembership(field))
}

fn all<A, B>(items: Vec<A>, one: impl Fn(A) -> Result<B>) -> Result<Vec<B>> {
    items.into_iter().map(one).collect()
}

fn map<A, B>(items: &[A], one: impl Fn(&A) -> B) -> Vec<B> {
    items.iter().map(one).collect()
}
