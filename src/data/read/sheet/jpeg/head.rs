//! What a JPEG says before its pixels: size, components, tables, and where the code of its one scan begins.

use std::io::{self, BufRead, Seek};

use super::huffman::{Code, Table};

const APP0: u8 = 0xE0;
const APP1: u8 = 0xE1;
const APP14: u8 = 0xEE;
const DQT: u8 = 0xDB;
const DHT: u8 = 0xC4;
const DRI: u8 = 0xDD;
const SOS: u8 = 0xDA;
const EOI: u8 = 0xD9;
/// Frames of Huffman codes whose blocks come whole, one after the other.
const SEQUENTIAL: [u8; 2] = [0xC0, 0xC1];

/// One of a frame's colour channels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Component {
    id: u8,
    /// Blocks across and down in each unit of the code.
    pub across: u32,
    pub down: u32,
    quantised_by: u8,
    /// Its tables for the first number of a block and for the others.
    pub dc: usize,
    pub ac: usize,
}

/// The segments before the scan.
#[derive(Default)]
pub(super) struct Head {
    /// Those that tell what the numbers mean.
    kept: Vec<u8>,
    /// Those that may tell how the camera was held.
    exif: Vec<u8>,
    frame: u8,
    bits: u8,
    pub width: u32,
    pub height: u32,
    pub components: Vec<Component>,
    pub dc: [Option<Table>; 4],
    pub ac: [Option<Table>; 4],
    /// Units between two restarts, 0 without them.
    pub restart: u32,
    /// Whether its one scan has all channels in it, block by block.
    is_one_scan: bool,
    /// Where the scan's code begins in the file.
    pub start: u64,
}

/// A table that codes any first number of a block, all with four bits: twelve lengths.
const ANY: Code = Code { counts: [0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], values: Vec::new() };

impl Head {
    /// Reads the segments up to the scan.
    pub(super) fn read(file: &mut (impl BufRead + Seek)) -> io::Result<Self> {
        let mut head = Self::default();
        file.read_exact(&mut [0; 2])?;
        loop {
            let mut byte = [0];
            while byte != [0xFF] {
                file.read_exact(&mut byte)?;
            }
            while byte == [0xFF] {
                file.read_exact(&mut byte)?;
            }
            let [marker] = byte;
            if matches!(marker, 0 | 1 | 0xD0..=0xD8) {
                continue;
            }
            if marker == EOI {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let mut length = [0; 2];
            file.read_exact(&mut length)?;
            let mut data = vec![0; usize::from(u16::from_be_bytes(length)).saturating_sub(2)];
            file.read_exact(&mut data)?;
            head.take(marker, &data).ok_or_else(|| io::Error::other("a segment of its header makes no sense"))?;
            if marker == SOS {
                head.start = file.stream_position()?;
                return Ok(head);
            }
        }
    }

    /// Takes a segment in; `None` where it makes no sense.
    fn take(&mut self, marker: u8, data: &[u8]) -> Option<()> {
        match marker {
            APP0 | APP14 | DQT => push(&mut self.kept, marker, data),
            APP1 => push(&mut self.exif, marker, data),
            DHT => self.tables(data)?,
            DRI => self.restart = u16::from_be_bytes(data.get(..2)?.try_into().ok()?).into(),
            SOS => self.scan(data)?,
            0xC0..=0xCF if marker != 0xC8 && marker != 0xCC => self.frame(marker, data)?,
            _ => {}
        }
        Some(())
    }

    fn frame(&mut self, marker: u8, data: &[u8]) -> Option<()> {
        let [bits, high, low, left, right, _, components @ ..] = data else { return None };
        (self.frame, self.bits) = (marker, *bits);
        self.height = u16::from_be_bytes([*high, *low]).into();
        self.width = u16::from_be_bytes([*left, *right]).into();
        let component = |of: &[u8; 3]| {
            let [id, sampling, quantised_by] = *of;
            let (across, down) = (u32::from(sampling >> 4), u32::from(sampling & 15));
            ((1..=4).contains(&across) && (1..=4).contains(&down)).then_some(Component {
                id,
                across,
                down,
                quantised_by,
                dc: 0,
                ac: 0,
            })
        };
        self.components = components.as_chunks::<3>().0.iter().map(component).collect::<Option<_>>()?;
        (1..=4).contains(&self.components.len()).then_some(())
    }

    fn tables(&mut self, mut data: &[u8]) -> Option<()> {
        while let Some((kind, rest)) = data.split_first() {
            let counts: [u8; 16] = rest.get(..16)?.try_into().ok()?;
            let length = counts.iter().map(|count| usize::from(*count)).sum::<usize>();
            let code = Code { counts, values: rest.get(16..16 + length)?.to_vec() };
            let tables = if kind >> 4 == 0 { &mut self.dc } else { &mut self.ac };
            *tables.get_mut(usize::from(kind & 15))? = Some(Table::of(code)?);
            data = rest.get(16 + length..)?;
        }
        Some(())
    }

    fn scan(&mut self, data: &[u8]) -> Option<()> {
        let (count, rest) = data.split_first()?;
        let all = rest.as_chunks::<2>().0.get(..usize::from(*count))?;
        for [id, tables] in all {
            let component = self.components.iter_mut().find(|component| component.id == *id)?;
            (component.dc, component.ac) = (usize::from(tables >> 4), usize::from(tables & 15));
        }
        let in_order = all.iter().map(|[id, _]| id).eq(self.components.iter().map(|component| &component.id));
        self.is_one_scan = in_order;
        Some(())
    }

    /// Whether rows can be read before all of it was.
    pub(super) fn is_by_rows(&self) -> bool {
        let of = |tables: &[Option<Table>; 4], at: usize| tables.get(at).is_some_and(Option::is_some);
        let are_there = self.components.iter().all(|one| of(&self.dc, one.dc) && of(&self.ac, one.ac));
        SEQUENTIAL.contains(&self.frame) && self.bits == 8 && self.is_one_scan && are_there && self.height > 0
    }

    /// Bytes that a decoder holds which has to have all of the code first: two for each number of each channel.
    pub(super) fn bytes_at_once(&self) -> u64 {
        let (across, down) = self.most();
        let samples: u32 = self.components.iter().map(|one| one.across * one.down).sum();
        let pixels = u64::from(self.width) * u64::from(self.height);
        pixels * 3 + 2 * pixels * u64::from(samples) / u64::from(across * down)
    }

    /// Blocks across and down of the channel that has the most in each unit.
    fn most(&self) -> (u32, u32) {
        let most = |of: fn(&Component) -> u32| self.components.iter().map(of).max().unwrap_or(1).max(1);
        (most(|one| one.across), most(|one| one.down))
    }

    /// Width and height of a unit in pixels, and the blocks of each channel in it: one alone has blocks, whatever it says.
    pub(super) fn unit(&self) -> (u32, u32, Vec<u32>) {
        if self.components.len() == 1 {
            return (8, 8, vec![1]);
        }
        let (across, down) = self.most();
        (8 * across, 8 * down, self.components.iter().map(|one| one.across * one.down).collect())
    }

    /// A file of some of the rows: its header, up to the code of units whose first numbers are coded with [`ANY`].
    pub(super) fn of_rows(&self, rows: u32, with_exif: bool) -> Vec<u8> {
        let mut out = vec![0xFF, 0xD8];
        if with_exif {
            out.extend(&self.exif);
        }
        out.extend(&self.kept);
        let [_, _, high, low] = rows.to_be_bytes();
        let [_, _, left, right] = self.width.to_be_bytes();
        let mut frame = vec![self.bits, high, low, left, right, self.components.len() as u8];
        let mut scan = vec![self.components.len() as u8];
        for one in &self.components {
            frame.extend([one.id, (one.across << 4 | one.down) as u8, one.quantised_by]);
            scan.extend([one.id, (one.dc << 4 | one.ac) as u8]);
        }
        push(&mut out, self.frame, &frame);
        let any = Code { values: (0..12).collect(), ..ANY };
        let kinds = [(0, &self.dc), (1 << 4, &self.ac)];
        for (kind, tables) in kinds {
            for (id, table) in tables.iter().enumerate() {
                let Some(table) = table else { continue };
                let code = if kind == 0 { &any } else { &table.code };
                let mut data = vec![kind | id as u8];
                data.extend(code.counts);
                data.extend(&code.values);
                push(&mut out, DHT, &data);
            }
        }
        scan.extend([0, 63, 0]);
        push(&mut out, SOS, &scan);
        out
    }
}

/// Appends a segment.
fn push(out: &mut Vec<u8>, marker: u8, data: &[u8]) {
    out.extend([0xFF, marker]);
    out.extend(((data.len() + 2) as u16).to_be_bytes());
    out.extend(data);
}
