//! A JPEG of which a part is nothing but zeros, as a broken disk or copy leaves it: decoders show there whatever zeros happen
//! to mean, and say nothing.

use image::RgbImage;

/// Bytes of a disk's smallest piece: so many zeros are a hole.
pub(in crate::data::read) const SECTOR: usize = 512;
/// Zeros may also be the code of a flat area, which spends two to four bits on each 8 x 8 block of a channel: at least 40
/// pixels a byte of zeros, less a margin.
const PIXELS_A_BYTE: usize = 16;
/// Side of a block.
const BLOCK: u32 = 8;

/// Bytes of the longest run of zeros in a scan, where it is as long as a hole is.
pub(super) fn zeros(scan: &[u8]) -> Option<usize> {
    let runs = scan.split(|byte| *byte != 0).map(<[u8]>::len);
    runs.max().filter(|longest| *longest >= SECTOR)
}

/// Whether so many zeros can be what a picture holds in flat blocks.
pub(super) fn are_a_flat_area(zeros: usize, picture: &RgbImage) -> bool {
    fit(zeros, flat_blocks(picture))
}

/// Whether so many zeros can be the code of so many flat blocks.
pub(in crate::data::read) const fn fit(zeros: usize, blocks: usize) -> bool {
    blocks.saturating_mul((BLOCK * BLOCK) as usize) >= zeros.saturating_mul(PIXELS_A_BYTE)
}

/// Blocks of one colour in a picture, or in a part of one that begins where a block does.
pub(in crate::data::read) fn flat_blocks(picture: &RgbImage) -> usize {
    let (across, down) = (picture.width() / BLOCK, picture.height() / BLOCK);
    let is_flat = |left: u32, top: u32| {
        let first = picture.get_pixel_checked(left, top);
        (0..BLOCK * BLOCK).all(|at| picture.get_pixel_checked(left + at % BLOCK, top + at / BLOCK) == first)
    };
    (0..across * down).filter(|at| is_flat(at % across * BLOCK, at / across * BLOCK)).count()
}
