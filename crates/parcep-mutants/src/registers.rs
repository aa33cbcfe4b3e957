//! Faults of registers.

use crate::fault::Fault;
use crate::faulty::{Answer, Faulty};
use crate::refusal;
use parcep_proto::v1alpha1 as pb;
use parcep_proto::v1alpha1::grpc::relay_service_server::RelayService;
use tonic::{Request, Response};

impl<T: RelayService> Faulty<T> {
    pub(crate) async fn lying_register(
        &self,
        mut request: pb::ReadRegisterRequest,
    ) -> Answer<pb::ReadRegisterResponse> {
        request.session = self.acting(request.session);
        let name = request.name.clone();
        let place = (self.memory.lock().handle_of(&request.session), name.clone());
        let mut response = self.inner.read_register(Request::new(request)).await?;
        if let (Fault::FlipsValues, Some(register)) =
            (self.fault, response.get_mut().register.as_mut())
        {
            register.value.reverse();
        }
        let first = self.memory.lock().registers.get(&place).cloned();
        let is_there = response.get_ref().register.is_some();
        match self.fault {
            Fault::KeepsExpired if !is_there => return Ok(holding(first)),
            Fault::RegisterServesFirst if is_there => return Ok(holding(first)),
            _ => {}
        }
        if self.fault != Fault::MixesLogs || response.get_ref().register.is_some() {
            return Ok(response);
        }
        let sessions: Vec<Vec<u8>> = self.memory.lock().founders.values().cloned().collect();
        for session in sessions {
            let request = pb::ReadRegisterRequest {
                session,
                name: name.clone(),
            };
            // A session that is over finds nothing.
            if let Ok(found) = self.inner.read_register(Request::new(request)).await
                && found.get_ref().register.is_some()
            {
                return Ok(found);
            }
        }
        Ok(response)
    }

    /// Whether a register that is not there would begin with a higher version than 1.
    async fn begins_later(&self, request: &pb::WriteRegisterRequest) -> bool {
        let Some(register) = request.register.as_ref() else {
            return false;
        };
        let read = pb::ReadRegisterRequest {
            session: request.session.clone(),
            name: register.name.clone(),
        };
        let stands = self.inner.read_register(Request::new(read)).await;
        register.version > 1 && stands.is_ok_and(|found| found.get_ref().register.is_none())
    }

    pub(crate) async fn lying_write(
        &self,
        mut request: pb::WriteRegisterRequest,
    ) -> Answer<pb::WriteRegisterResponse> {
        request.session = self.acting(request.session);
        if self.fault == Fault::FirstVersionIsOne && self.begins_later(&request).await {
            return Err(refusal::version(0));
        }
        let place = self.memory.lock().handle_of(&request.session);
        if let Some(register) = &request.register {
            let mut memory = self.memory.lock();
            let standing = memory.registers.keys().filter(|(of, _)| *of == place);
            if self.fault == Fault::SmallRoom && standing.count() > 32 {
                return Err(Self::full("registers"));
            }
            let place = (place, register.name.clone());
            memory
                .registers
                .entry(place)
                .or_insert_with(|| register.clone());
        }
        let wanted = request
            .register
            .as_ref()
            .map_or(0, |register| register.version);
        let status = match self
            .inner
            .write_register(Request::new(request.clone()))
            .await
        {
            Err(status) => status,
            done => return done,
        };
        let accepted = Ok(Response::new(pb::WriteRegisterResponse { version: wanted }));
        match self.fault {
            Fault::TakesExpired if refusal::is(&status, &["INVALID_ARGUMENT"]) => accepted,
            Fault::RegisterTakesAnySize if refusal::is(&status, &["TOO_LARGE"]) => accepted,
            Fault::RegisterLostUpdate if refusal::is(&status, &["STALE_VERSION"]) => {
                let stands =
                    refusal::metadata(&status, "version").and_then(|v| v.parse::<u64>().ok());
                if let (Some(register), Some(stands)) = (request.register.as_mut(), stands) {
                    register.version = stands.saturating_add(1);
                }
                self.inner.write_register(Request::new(request)).await?;
                accepted
            }
            _ => Err(status),
        }
    }
}

fn holding(register: Option<pb::Register>) -> Response<pb::ReadRegisterResponse> {
    Response::new(pb::ReadRegisterResponse { register })
}
