//! Every kind of image that people bring, and every kind that must be refused.

use std::{cell::Cell, io::Cursor, panic, sync::Once};

use image::{DynamicImage, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use leukoscope::data::read::decode::{DecodeError, decode};

use super::common::picture;

fn encode(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

const QUARTERS: [[u8; 3]; 4] = [[220, 30, 30], [30, 200, 30], [30, 30, 220], [230, 230, 40]];

/// Top left, top right, bottom left, bottom right.
fn quarters() -> RgbImage {
    RgbImage::from_fn(64, 32, |x, y| Rgb(QUARTERS[usize::from(x >= 32) + 2 * usize::from(y >= 16)]))
}

fn with_orientation(jpeg: &[u8], orientation: u8) -> Vec<u8> {
    let mut exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    exif.extend([orientation, 0, 0, 0, 0, 0, 0, 0]);
    let length = (exif.len() as u16 + 2).to_be_bytes();
    [&jpeg[..2], &[0xFF, 0xE1], &length, &exif, &jpeg[2..]].concat()
}

#[test]
fn exif_orientations_come_out_upright() {
    let jpeg = encode(&quarters().into(), ImageFormat::Jpeg);
    // Which stored quarter shows at top left, top right, bottom left, bottom right.
    let shown = [
        [0, 1, 2, 3],
        [1, 0, 3, 2],
        [3, 2, 1, 0],
        [2, 3, 0, 1],
        [0, 2, 1, 3],
        [2, 0, 3, 1],
        [3, 1, 2, 0],
        [1, 3, 0, 2],
    ];
    for (orientation, shown) in (1..).zip(shown) {
        let upright = decode(&with_orientation(&jpeg, orientation)).unwrap();
        let (width, height) = upright.dimensions();
        assert_eq!((width, height), if orientation < 5 { (64, 32) } else { (32, 64) });
        let places = [(4, 4), (width - 5, 4), (4, height - 5), (width - 5, height - 5)];
        for ((x, y), quarter) in places.into_iter().zip(shown) {
            let found = upright.get_pixel(x, y).0;
            let near = found.iter().zip(QUARTERS[quarter]).all(|(a, b)| a.abs_diff(b) < 24);
            assert!(near, "orientation {orientation} at {x},{y}: {found:?}");
        }
    }
}

#[test]
fn kinds_of_image_become_the_same_rgb() {
    let plain = picture(3);
    let rgb = DynamicImage::from(plain.clone());
    for format in [ImageFormat::Png, ImageFormat::Bmp, ImageFormat::Tiff, ImageFormat::WebP, ImageFormat::Pnm] {
        assert_eq!(decode(&encode(&rgb, format)).unwrap(), plain, "{format:?}");
    }
    assert_eq!(decode(&encode(&rgb.to_rgb16().into(), ImageFormat::Png)).unwrap(), plain);
    let grey = decode(&encode(&rgb.to_luma8().into(), ImageFormat::Png)).unwrap();
    assert!(grey.pixels().all(|pixel| pixel.0[0] == pixel.0[1] && pixel.0[1] == pixel.0[2]));
    let clear = RgbaImage::from_fn(8, 8, |x, _| Rgba([200, 0, 0, if x < 4 { 0 } else { 255 }]));
    let flat = decode(&encode(&clear.into(), ImageFormat::Png)).unwrap();
    assert_eq!(flat.get_pixel(0, 0).0, [255; 3]);
    assert_eq!(flat.get_pixel(7, 0).0, [200, 0, 0]);
    let float = decode(&encode(&DynamicImage::from(rgb.to_rgb32f()), ImageFormat::Tiff)).unwrap();
    assert_eq!(float, plain);
}

#[test]
fn an_animation_gives_its_first_frame() {
    let mut bytes = Vec::new();
    {
        let mut encoder = image::codecs::gif::GifEncoder::new(&mut bytes);
        for colour in [[255, 0, 0, 255], [0, 0, 255, 255]] {
            encoder.encode_frame(image::Frame::new(RgbaImage::from_pixel(9, 9, Rgba(colour)))).unwrap();
        }
    }
    assert_eq!(decode(&bytes).unwrap().get_pixel(4, 4).0, [255, 0, 0]);
}

#[test]
fn cmyk_is_turned_to_rgb() {
    let found = decode(include_bytes!("cmyk.jpg")).unwrap().get_pixel(16, 16).0;
    assert!(found.iter().zip([200_u8, 80, 60]).all(|(a, b)| a.abs_diff(b) < 12), "{found:?}");
}

pub(super) fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 })
    })
}

#[test]
fn bombs_are_refused_on_their_header() {
    let jpeg = encode(&picture(1).into(), ImageFormat::Jpeg);
    let frame = jpeg.windows(2).position(|pair| pair == [0xFF, 0xC0]).unwrap();
    for (width, height) in [(44_304_u16, 25_156_u16), (1, 65_535)] {
        let mut bomb = jpeg.clone();
        bomb[frame + 5..frame + 7].copy_from_slice(&height.to_be_bytes());
        bomb[frame + 7..frame + 9].copy_from_slice(&width.to_be_bytes());
        assert_eq!(decode(&bomb), Err(DecodeError::TooLarge(width.into(), height.into())));
    }
    let mut png = encode(&picture(1).into(), ImageFormat::Png);
    png[16..20].copy_from_slice(&30_000_u32.to_be_bytes());
    png[20..24].copy_from_slice(&30_000_u32.to_be_bytes());
    let sum = crc(&png[12..29]);
    png[29..33].copy_from_slice(&sum.to_be_bytes());
    assert_eq!(decode(&png), Err(DecodeError::TooLarge(30_000, 30_000)));
}

/// How often `work` panics on this thread: [`decode`] catches panics, and nothing else would tell.
pub(super) fn panics(work: impl FnOnce()) -> usize {
    thread_local! {
        static SEEN: Cell<Option<usize>> = const { Cell::new(None) };
    }
    static COUNTING: Once = Once::new();
    COUNTING.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |info| match SEEN.get() {
            Some(count) => SEEN.set(Some(count + 1)),
            None => usual(info),
        }));
    });
    SEEN.set(Some(0));
    work();
    SEEN.take().unwrap_or(0)
}

#[test]
fn caught_panics_are_counted() {
    let twice = || {
        for _ in 0..2 {
            let _ = panic::catch_unwind(|| panic!("caught"));
        }
    };
    assert_eq!(panics(twice), 2);
}

#[test]
fn no_cut_or_flipped_byte_ends_in_a_panic() {
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::Gif, ImageFormat::Tiff, ImageFormat::WebP] {
        let whole = encode(&picture(2).into(), format);
        for length in (0..whole.len()).step_by(whole.len() / 40 + 1) {
            let mut cut = Ok(RgbImage::new(1, 1));
            assert_eq!(panics(|| cut = decode(&whole[..length])), 0, "{format:?} cut at {length}");
            assert!(format == ImageFormat::Tiff || cut.is_err(), "{format:?} cut at {length}");
            let mut flipped = whole.clone();
            flipped[length] ^= 0x5A;
            assert_eq!(panics(|| drop(decode(&flipped))), 0, "{format:?} flipped at {length}");
        }
    }
}
