//! One enforcement point for every device that the family lists.

use crate::failure::Failure;
use crate::online::failed;
use comfy_table::{Table, presets};
use parcep_client::agent::Agent;
use parcep_client::guardian::Guardian;
use parcep_client::{Link, Trust};
use parcep_core::epoch::{PepCategory, kinds_of};
use parcep_core::id::PrincipalId;
use parcep_core::joining::JoinRequest;
use parcep_interchange::family::{Child, Device, Family};
use std::path::Path;

/// A device of the family, as an enforcement point.
pub(super) struct Point {
    pub(super) name: String,
    pub(super) child: usize,
    pub(super) dependant: PrincipalId,
    pub(super) category: PepCategory,
    pub(super) agent: Agent,
}

/// Every enforcement point.
pub(super) struct Fleet(pub(super) Vec<Point>);

impl Fleet {
    /// Each makes keys in a folder of its own, hands over its request, gets its answer and follows
    /// the log over gRPC.
    pub(super) async fn enrol(
        family: &Family,
        guardian: &mut Guardian,
        folder: &Path,
        uri: &str,
    ) -> Result<Self, Failure> {
        let dependants = guardian.dependants().map_err(failed)?;
        let mut points = Vec::new();
        for (index, (child, dependant)) in family.children.iter().zip(dependants).enumerate() {
            for device in devices(child) {
                let home = folder.join(format!("device-{}", points.len()));
                let category = category(&device.platform);
                let request = Agent::request(&home, category, Vec::new()).map_err(failed)?;
                let request =
                    JoinRequest::verify(&request).map_err(|error| failed(error.into()))?;
                let answer = guardian.admit(&request, vec![dependant]).await;
                let link = Link::new(uri, &Trust::System).map_err(failed)?;
                let joined = Agent::join(&home, &answer.map_err(failed)?, link).await;
                let mut agent = joined.map_err(failed)?;
                agent.report().await.map_err(failed)?;
                points.push(Point {
                    name: device.name,
                    child: index,
                    dependant,
                    category,
                    agent,
                });
            }
        }
        for point in &mut points {
            point.agent.sync().await.map_err(failed)?;
        }
        Ok(Self(points))
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether every enforcement point stands where the guardian stands.
    pub(super) fn all_reached(&mut self, guardian: &Guardian) -> bool {
        let head = guardian.head();
        !self.0.is_empty()
            && self
                .0
                .iter_mut()
                .all(|point| point.agent.driver().member().head() == head)
    }

    pub(super) fn table(&self) -> String {
        let mut table = Table::new();
        table.load_style(presets::UTF8_FULL_CONDENSED);
        table.set_header(["device", "category", "opens, by need to know"]);
        for point in &self.0 {
            let kinds: Vec<String> = kinds_of(point.category)
                .iter()
                .map(|kind| format!("{kind:?}").to_lowercase())
                .collect();
            let category = format!("{:?}", point.category);
            table.add_row([point.name.clone(), category, kinds.join(" ")]);
        }
        table.to_string()
    }
}

/// A child without a device still gets one, so that there is something to see.
fn devices(child: &Child) -> Vec<Device> {
    if child.devices.is_empty() {
        return vec![Device {
            id: "demo".into(),
            name: format!("a device for {}", child.name),
            platform: "other".into(),
            model: None,
        }];
    }
    child.devices.clone()
}

/// What a platform's name says about the kind of device.
fn category(platform: &str) -> PepCategory {
    match platform.to_lowercase().as_str() {
        "nintendo" | "sony" | "playstation" | "xbox" | "steam" => PepCategory::Console,
        "tv" | "roku" | "lg" | "tizen" | "webos" => PepCategory::Tv,
        _ => PepCategory::DeviceOs,
    }
}
