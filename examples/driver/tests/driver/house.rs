//! A household of one guardian and one child, at a relay in this process.

use parcep_client::clock::ManualClock;
use parcep_client::guardian::{Founder, Guardian};
use parcep_client::{Link, Trust};
use parcep_core::consent::Act;
use parcep_core::hex;
use parcep_core::id::{DeviceId, PrincipalId};
use parcep_core::joining::JoinRequest;
use parcep_core::policy::Override;
use parcep_server::store::redb::RedbStore;
use parcep_server::{Admission, Limits, Listener, Relay, Running, VirtualClock, start_relay};
use serde_json::{Value, json};
use std::future::pending;
use std::sync::Arc;

/// 2026-11-22T12:00:00Z.
pub(crate) const NOON: i64 = 1_795_348_800;
pub(crate) const DAY: i64 = 86_400;

pub(crate) struct House {
    pub(crate) guardian: Guardian,
    pub(crate) child: PrincipalId,
    pub(crate) folder: tempfile::TempDir,
    phone: ManualClock,
    relay: VirtualClock,
    running: Running,
}

impl House {
    pub(crate) async fn found() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (relay, phone) = (VirtualClock::at(NOON), ManualClock::at(NOON));
        let store = Arc::new(RedbStore::in_memory().unwrap());
        let made = Relay::with_clock(store, Limits::default(), Admission::Open, relay.clock());
        let listener = Listener::bind("127.0.0.1:0".parse().unwrap(), None);
        let listener = listener.await.unwrap();
        let running = start_relay(listener, made.unwrap(), Limits::default(), pending());
        let founder = Founder {
            relay_key: Some(running.relay_key),
            ..Founder::of(1)
        };
        let link = Link::new(&running.uri, &Trust::System).unwrap();
        let link = link.with_clock(Arc::new(phone.clone()));
        let home = folder.path().join("phone");
        let guardian = Guardian::found(&home, link, founder).await.unwrap();
        let child = guardian.dependants().unwrap()[0];
        Self {
            guardian,
            child,
            folder,
            phone,
            relay,
            running,
        }
    }

    pub(crate) fn relay(&self) -> &str {
        &self.running.uri
    }

    /// Lets the device of this join request in; the act that hands it the answer.
    pub(crate) async fn admit(&mut self, request: &Value) -> Value {
        let request = hex::decode(request["join_request"].as_str().unwrap()).unwrap();
        let request = JoinRequest::verify(&request).unwrap();
        let answer = self.guardian.admit(&request, vec![self.child]).await;
        json!({"event": "join", "answer": hex::encode(&answer.unwrap()), "relay": self.relay()})
    }

    pub(crate) async fn lock(&mut self) {
        let author = self.guardian.principal().unwrap().to_string();
        let from = jiff::Timestamp::from_second(NOON - 600).unwrap();
        let act = json!({
            "author": {"guardian": author}, "id": "dinner", "position": 0, "from": from,
            "kind": {"lock_now": {"reason": "dinner"}},
        });
        let act: Override = serde_json::from_value(act).unwrap();
        self.guardian.act(self.child, &act).await.unwrap();
    }

    pub(crate) async fn send_away(&mut self, point: DeviceId) {
        let act = Act::RemoveEnforcementPoint(point);
        self.guardian.begin(act, Vec::new()).await.unwrap();
    }

    /// Time passes for guardian and relay.
    pub(crate) fn pass(&self, seconds: i64) {
        self.phone.advance(seconds.unsigned_abs());
        self.relay.advance(seconds);
    }

    /// A question about the use of the device.
    pub(crate) fn about_device(&self) -> Value {
        json!({"dependant": self.child.to_string(), "action": "device"})
    }
}
