//! Bytes as choices. An input that is over chooses the first of everything, so that short inputs are
//! plain ones.

use parcep_core::crypto::{NoRandomness, Random, sha256};

/// What is left of an input.
#[derive(Debug)]
pub struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    pub fn new(data: &'a [u8]) -> Self {
        Self(data)
    }

    pub fn is_over(&self) -> bool {
        self.0.is_empty()
    }

    pub fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else {
            return 0;
        };
        self.0 = rest;
        *first
    }

    /// One of `count` things.
    pub fn below(&mut self, count: usize) -> usize {
        usize::from(self.byte()) % count.max(1)
    }

    /// One of these.
    pub fn one<'t, T>(&mut self, of: &'t [T]) -> &'t T {
        &of[self.below(of.len())]
    }

    /// Of these the ones that a mask chooses.
    pub fn some<T: Copy>(&mut self, of: &[T]) -> Vec<T> {
        let mask = self.byte();
        let chosen = of.iter().enumerate();
        let chosen = chosen.filter(|(at, _)| mask >> (at % 8) & 1 == 1);
        chosen.map(|(_, item)| *item).collect()
    }

    /// True for one byte in sixteen.
    pub fn rarely(&mut self) -> bool {
        self.byte() >= 0xF0
    }

    pub fn number(&mut self) -> u64 {
        const EDGES: [u64; 8] = [
            0,
            1,
            2,
            3,
            u32::MAX as u64,
            u32::MAX as u64 + 1,
            i64::MAX as u64,
            u64::MAX,
        ];
        match self.byte() {
            edge @ 0xF8.. => EDGES[usize::from(edge - 0xF8)],
            plain => u64::from(plain),
        }
    }

    /// At most 255 bytes.
    pub fn bytes(&mut self) -> &'a [u8] {
        let length = usize::from(self.byte()).min(self.0.len());
        let (taken, rest) = self.0.split_at(length);
        self.0 = rest;
        taken
    }

    /// Everything that is left.
    pub fn rest(&mut self) -> &'a [u8] {
        std::mem::take(&mut self.0)
    }
}

/// Counts up: the same bytes in every run.
#[derive(Debug, Clone, Copy)]
pub struct Counter(pub u64);

impl Random for Counter {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), NoRandomness> {
        for chunk in out.chunks_mut(32) {
            self.0 += 1;
            let block = sha256(&self.0.to_be_bytes());
            chunk.copy_from_slice(&block.0[..chunk.len()]);
        }
        Ok(())
    }
}
