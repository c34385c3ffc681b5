//! Huffman codes as a JPEG holds them, and a table that reads them.

/// Bits that are looked up at once: nearly all codes are shorter.
const QUICK: u32 = 10;
/// The longest code.
const LONGEST: u32 = 16;

/// How many codes there are of each length, and what they stand for in order.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Code {
    pub counts: [u8; 16],
    pub values: Vec<u8>,
}

/// A code that can be read.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Table {
    pub code: Code,
    /// Length and value by the next [`QUICK`] bits; a length of 0 where the code is longer.
    quick: Vec<(u8, u8)>,
    /// For each length: the first code that is longer, brought to 16 bits, and what to take from a code for its index.
    longer: [(u32, i32); 17],
}

impl Table {
    /// `None` where there are more codes than fit.
    pub(super) fn of(code: Code) -> Option<Self> {
        let mut quick = vec![(0, 0); 1 << QUICK];
        let mut longer = [(0, 0); 17];
        let (mut next, mut index) = (0_u32, 0_usize);
        for (length, count) in (1_u32..).zip(code.counts) {
            let off = index as i32 - next as i32;
            for _ in 0..count {
                let value = *code.values.get(index)?;
                if length <= QUICK {
                    let (first, times) = (next << (QUICK - length), 1 << (QUICK - length));
                    quick.get_mut(first as usize..(first + times) as usize)?.fill((length as u8, value));
                }
                next += 1;
                index += 1;
            }
            if next > 1 << length {
                return None;
            }
            *longer.get_mut(length as usize)? = (next << (LONGEST - length), off);
            next <<= 1;
        }
        Some(Self { code, quick, longer })
    }

    /// Length and value of the code that begins these 16 bits; `None` where it is none.
    pub(super) fn read(&self, bits: u32) -> Option<(u32, u8)> {
        let (length, value) = *self.quick.get((bits >> (LONGEST - QUICK)) as usize)?;
        if length > 0 {
            return Some((length.into(), value));
        }
        let length =
            (QUICK + 1..=LONGEST).find(|length| self.longer.get(*length as usize).is_some_and(|of| bits < of.0))?;
        let (_, off) = self.longer.get(length as usize)?;
        let index = (bits >> (LONGEST - length)) as i32 + off;
        Some((length, *self.code.values.get(usize::try_from(index).ok()?)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_of_a_table_is_read_and_what_is_none_is_not() {
        let mut counts = [0; 16];
        (counts[1], counts[2], counts[15]) = (1, 3, 40);
        let code = Code { counts, values: (10..54).collect() };
        let table = Table::of(code).unwrap();
        assert_eq!(table.read(77), Some((2, 10)));
        assert_eq!(table.read(0b010 << 13), Some((3, 11)));
        assert_eq!(table.read(0b100 << 13 | 99), Some((3, 13)));
        let first = 0b101 << 13;
        for n in 0..40 {
            assert_eq!(table.read(first + n), Some((16, 14 + n as u8)));
        }
        assert_eq!(table.read(first + 40), None);
        counts[0] = 3;
        assert_eq!(Table::of(Code { counts, values: vec![0; 200] }), None);
    }
}
