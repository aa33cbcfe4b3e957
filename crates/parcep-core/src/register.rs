//! Registers: small versioned values of one writer, sealed and signed (R-REG-001 … R-REG-006).

use crate::crypto::{Hash, MessageKey, Random, Secret, Transcript, VerifyingKey, label};
use crate::document::{
    Author, DocumentError, PayloadType, SectionKind, message_context, open_committed,
    payload_number, seal_committed, unframe,
};
use crate::epoch::register_name;
use crate::id::{DeviceId, LogId, PrincipalId};
use parcep_proto::v1alpha1 as pb;
use prost::Message as _;

/// Largest sealed value at the relay.
pub const MAX_VALUE: usize = 4096;
/// Sealed values are padded to a multiple of this.
const VALUE_GRID: usize = 1024;
/// Salt, key commitment and tag: nothing shorter holds a value.
const MIN_VALUE: usize = 80;

/// Which register: who writes it, what it holds, under which secret.
#[derive(Debug, Clone)]
pub struct RegisterKey {
    /// The household.
    pub log_id: LogId,
    /// What it holds.
    pub payload_type: PayloadType,
    /// Its only writer.
    pub writer: DeviceId,
    /// Whom a report is about: the dependant whose register secret `secret` is.
    pub dependant: Option<PrincipalId>,
    /// The household secret for beats, the writer's own secret for reports.
    pub secret: Secret,
}

/// A register's contents after every check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedRegister {
    /// Version, from 1.
    pub version: u64,
    /// When the writer signed, seconds since the Unix epoch.
    pub issued_at: i64,
    /// The encoded payload.
    pub payload: Vec<u8>,
}

impl RegisterKey {
    /// The register's name at the relay (R-REG-002).
    pub fn name(&self) -> Hash {
        register_name(&self.secret, self.payload_type, self.writer)
    }

    /// Signs and seals a value.
    ///
    /// # Errors
    /// [`DocumentError::TooLarge`] above 4 KiB, or if randomness fails.
    pub fn seal(
        &self,
        value: VerifiedRegister,
        author: Author<'_>,
        random: &mut impl Random,
    ) -> Result<pb::Register, DocumentError> {
        let document = pb::RegisterDocument {
            log_id: self.log_id.to_vec(),
            name: self.name().0.to_vec(),
            version: value.version,
            payload_type: self.payload_type.into(),
            author_device: author.device.to_vec(),
            issued_at: value.issued_at,
            payload: value.payload,
        }
        .encode_to_vec();
        let signature = author.key.sign(&signed_bytes(self.payload_type, &document));
        let signed = pb::SignedRegister {
            document,
            signature: signature.to_vec(),
            payload_type: self.payload_type.into(),
            author_device: author.device.to_vec(),
        };
        let sealed = seal_committed(
            &signed.encode_to_vec(),
            VALUE_GRID,
            |salt| self.message_key(salt),
            random,
        )?;
        if sealed.len() > MAX_VALUE {
            return Err(DocumentError::TooLarge("register"));
        }
        Ok(pb::Register {
            name: self.name().0.to_vec(),
            version: value.version,
            value: sealed,
            expires_at: None,
        })
    }

    /// Opens and verifies what a relay holds under this name: seal, signature, household, name,
    /// version and writer, in that order.
    ///
    /// # Errors
    /// What is wrong.
    pub fn open(
        &self,
        register: &pb::Register,
        key: &VerifyingKey,
    ) -> Result<VerifiedRegister, DocumentError> {
        if register.value.len() > MAX_VALUE {
            return Err(DocumentError::TooLarge("register"));
        }
        let malformed = DocumentError::Malformed("register");
        if register.value.len() < MIN_VALUE {
            return Err(malformed);
        }
        let plaintext = open_committed(&register.value, |salt| self.message_key(salt))?;
        let signed = pb::SignedRegister::decode(unframe(&plaintext)?).map_err(|_| malformed)?;
        // R-REG-004: the name is this writer's, and nobody else fills it.
        if signed.author_device != self.writer.as_bytes() {
            return Err(DocumentError::NotPermitted);
        }
        if signed.payload_type != i32::from(self.payload_type) {
            return Err(malformed);
        }
        let bytes = signed_bytes(self.payload_type, &signed.document);
        key.verify(&bytes, &signed.signature)?;
        let document =
            pb::RegisterDocument::decode(signed.document.as_slice()).map_err(|_| malformed)?;
        if document.log_id != self.log_id.as_bytes() {
            return Err(DocumentError::WrongHousehold);
        }
        if document.payload_type != signed.payload_type
            || document.author_device != signed.author_device
        {
            return Err(malformed);
        }
        if document.name != self.name().as_bytes() || document.version != register.version {
            return Err(DocumentError::WrongPlace);
        }
        if document.version == 0 || !self.is_about(&document.payload) {
            return Err(malformed);
        }
        Ok(VerifiedRegister {
            version: document.version,
            issued_at: document.issued_at,
            payload: document.payload,
        })
    }

    /// What the writer signed, as it stands inside the seal: not verified, for others to judge who hold
    /// the writer's key (R-CONS-008).
    ///
    /// # Errors
    /// If it does not open or parse.
    pub fn signed(&self, register: &pb::Register) -> Result<pb::SignedRegister, DocumentError> {
        if !(MIN_VALUE..=MAX_VALUE).contains(&register.value.len()) {
            return Err(DocumentError::Malformed("register"));
        }
        let plaintext = open_committed(&register.value, |salt| self.message_key(salt))?;
        pb::SignedRegister::decode(unframe(&plaintext)?)
            .map_err(|_| DocumentError::Malformed("register"))
    }

    /// A report stands in the register of the dependant that it is about (R-REG-011).
    fn is_about(&self, payload: &[u8]) -> bool {
        let Some(dependant) = self.dependant else {
            return true;
        };
        if self.payload_type != PayloadType::AppliedReport {
            return true;
        }
        pb::AppliedReport::decode(payload)
            .is_ok_and(|report| report.dependant_id == dependant.as_bytes())
    }

    fn message_key(&self, salt: &[u8]) -> Result<MessageKey, DocumentError> {
        let name = self.name();
        let context = message_context(self.log_id, SectionKind::Register, name.as_bytes());
        Ok(MessageKey::new(&self.secret, salt, context)?)
    }
}

fn signed_bytes(payload_type: PayloadType, document: &[u8]) -> Transcript {
    Transcript::new(label::REGISTER)
        .number(payload_number(payload_type))
        .bytes(document)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::tests::Counter;
    use crate::crypto::{CryptoError, SigningKey};

    fn key(writer: u8) -> RegisterKey {
        RegisterKey {
            log_id: LogId::from_bytes([1; 32]),
            payload_type: PayloadType::Beat,
            writer: DeviceId::from_bytes([writer; 16]),
            dependant: None,
            secret: Secret::from_bytes([2; 32]),
        }
    }

    #[test]
    fn a_register_opens_for_its_own_name_version_and_writer_only() {
        let signer = SigningKey::from_seed([4; 32]).unwrap();
        let value = VerifiedRegister {
            version: 7,
            issued_at: 5,
            payload: b"beat".to_vec(),
        };
        let author = Author {
            device: DeviceId::from_bytes([3; 16]),
            key: &signer,
        };
        let sealed = key(3).seal(value.clone(), author, &mut Counter(0)).unwrap();
        assert_eq!(sealed.value.len() % 1024, 0);
        assert_eq!(key(3).open(&sealed, &signer.public()), Ok(value));

        let mut newer = sealed.clone();
        newer.version = 8;
        assert_eq!(
            key(3).open(&newer, &signer.public()),
            Err(DocumentError::WrongPlace)
        );
        assert!(key(9).open(&sealed, &signer.public()).is_err());
        let stranger = SigningKey::from_seed([5; 32]).unwrap();
        assert_eq!(
            key(3).open(&sealed, &stranger.public()),
            Err(CryptoError::BadSignature.into())
        );
        for bit in (0..sealed.value.len() * 8).step_by(11) {
            let mut flipped = sealed.clone();
            flipped.value[bit / 8] ^= 1 << (bit % 8);
            assert!(
                key(3).open(&flipped, &signer.public()).is_err(),
                "bit {bit}"
            );
        }
    }

    #[test]
    fn a_report_about_somebody_else_is_refused() {
        // R-REG-011
        let signer = SigningKey::from_seed([4; 32]).unwrap();
        let author = Author {
            device: DeviceId::from_bytes([3; 16]),
            key: &signer,
        };
        let about = |child: u8| RegisterKey {
            payload_type: PayloadType::AppliedReport,
            dependant: Some(PrincipalId::from_bytes([child; 16])),
            ..key(3)
        };
        let report = pb::AppliedReport {
            dependant_id: vec![7; 16],
            ..pb::AppliedReport::default()
        };
        let value = VerifiedRegister {
            version: 1,
            issued_at: 0,
            payload: report.encode_to_vec(),
        };
        let sealed = about(7)
            .seal(value.clone(), author, &mut Counter(0))
            .unwrap();
        assert_eq!(about(7).open(&sealed, &signer.public()), Ok(value));
        assert_eq!(
            about(8).open(&sealed, &signer.public()),
            Err(DocumentError::Malformed("register"))
        );
    }
}
