//! Kinds of image that a camera, a scanner or another program writes, each beside the plain picture that it shows: palettes,
//! animations, inks, tiles, planes, and bits that do not fill their bytes.

use std::io::{Cursor, Write as _};

use image::{DynamicImage, ImageBuffer, ImageFormat, Luma, Rgb, RgbImage, Rgba};
use leukoscope::data::read::decode::{DecodeError, Note, decode, picture};

use super::{common::picture as drawn, decode::crc};

fn encode(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn near(found: &RgbImage, wanted: &RgbImage, most: u8) {
    assert_eq!(found.dimensions(), wanted.dimensions());
    let off = found.as_raw().iter().zip(wanted.as_raw()).map(|(a, b)| a.abs_diff(*b)).max().unwrap();
    assert!(off <= most, "off by {off}");
}

#[test]
fn a_palette_gives_its_colours() {
    let colours = [[200, 30, 40], [20, 210, 60], [90, 80, 220]];
    let wanted = RgbImage::from_fn(9, 5, |x, y| Rgb(colours[((x + y) % 3) as usize]));
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut chunk = |name: &[u8], data: &[u8]| {
        let named = [name, data].concat();
        bytes.extend((data.len() as u32).to_be_bytes());
        bytes.extend(&named);
        bytes.extend(crc(&named).to_be_bytes());
    };
    chunk(b"IHDR", &[&9_u32.to_be_bytes()[..], &5_u32.to_be_bytes(), &[8, 3, 0, 0, 0]].concat());
    chunk(b"PLTE", &colours.concat());
    let mut rows = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    for y in 0..5 {
        rows.write_all(&[0]).unwrap();
        (0..9).for_each(|x| rows.write_all(&[((x + y) % 3) as u8]).unwrap());
    }
    chunk(b"IDAT", &rows.finish().unwrap());
    chunk(b"IEND", b"");
    assert_eq!(decode(&bytes).unwrap(), wanted);
}

#[test]
fn an_animated_webp_gives_its_first_frame() {
    let frames = [drawn(3), drawn(4)];
    let (width, height) = frames[0].dimensions();
    let chunk = |name: &[u8], data: &[u8]| {
        let padding = vec![0; data.len() % 2];
        [name, &(data.len() as u32).to_le_bytes(), data, &padding].concat()
    };
    let three = |value: u32| value.to_le_bytes()[..3].to_vec();
    let size = [three(width - 1), three(height - 1)].concat();
    let mut body = [&b"WEBP"[..], &chunk(b"VP8X", &[&[2, 0, 0, 0][..], &size].concat())].concat();
    body.extend(chunk(b"ANIM", &[255, 255, 255, 255, 0, 0]));
    for frame in &frames {
        // What an encoder writes for a still picture, without the container's head.
        let still = encode(&frame.clone().into(), ImageFormat::WebP)[12..].to_vec();
        let head = [three(0), three(0), size.clone(), three(100), vec![2]].concat();
        body.extend(chunk(b"ANMF", &[head, still].concat()));
    }
    assert_eq!(decode(&chunk(b"RIFF", &body)).unwrap(), frames[0]);
}

#[test]
fn inks_as_brightness_and_colour_differences_are_turned_to_rgb() {
    let found = decode(include_bytes!("ycck.jpg")).unwrap().get_pixel(16, 16).0;
    assert!(found.iter().zip([200_u8, 80, 60]).all(|(a, b)| a.abs_diff(b) < 12), "{found:?}");
}

#[test]
fn bits_that_do_not_fill_their_bytes_are_spread_and_it_is_said() {
    let plain = drawn(5);
    for (full, note) in [(255_u32, 255.0), (1023, 1023.0), (4095, 4095.0)] {
        let of = |value: u8| (u32::from(value) * full / 255) as u16;
        let colour = ImageBuffer::from_fn(40, 36, |x, y| Rgb(plain.get_pixel(x, y).0.map(of)));
        let clear = ImageBuffer::from_fn(40, 36, |x, y| {
            let [r, g, b] = plain.get_pixel(x, y).0.map(of);
            Rgba([r, g, b, u16::MAX])
        });
        let grey = ImageBuffer::from_fn(40, 36, |x, y| Luma([of(plain.get_pixel(x, y).0[0])]));
        let greys = RgbImage::from_fn(40, 36, |x, y| Rgb([plain.get_pixel(x, y).0[0]; 3]));
        let kinds: [(DynamicImage, &RgbImage); 3] =
            [(colour.into(), &plain), (clear.into(), &plain), (grey.into(), &greys)];
        for (image, wanted) in kinds {
            let found = picture(&encode(&image, ImageFormat::Png)).unwrap();
            near(&found.image, wanted, 1);
            assert_eq!(found.notes, [Note::Scaled { low: 0.0, high: note }]);
        }
    }
    // All sixteen bits in use, and a black sheet, which has none.
    let full = encode(&DynamicImage::from(plain).to_rgb16().into(), ImageFormat::Png);
    assert_eq!(picture(&full).unwrap().notes, []);
    let black = ImageBuffer::from_pixel(9, 9, Rgb([0_u16; 3]));
    assert_eq!(picture(&encode(&black.into(), ImageFormat::Png)).unwrap().notes, []);
}

/// A TIFF with these entries besides those that say where its pieces lie and how long they are.
fn tiff(entries: &[(u16, &[u32])], pieces: (u16, u16), data: &[Vec<u8>]) -> Vec<u8> {
    let long = [pieces.0, pieces.1];
    let mut all: Vec<(u16, Vec<u32>)> = entries.iter().map(|(tag, values)| (*tag, values.to_vec())).collect();
    all.push((pieces.0, vec![0; data.len()]));
    all.push((pieces.1, data.iter().map(|piece| piece.len() as u32).collect()));
    all.sort_unstable();
    let width = |tag: u16| if long.contains(&tag) { 4 } else { 2 };
    let mut behind = 8 + 2 + all.len() * 12 + 4;
    let mut pieces_at =
        behind + all.iter().map(|(tag, values)| values.len() * width(*tag)).filter(|n| *n > 4).sum::<usize>();
    for (tag, values) in &mut all {
        if *tag == pieces.0 {
            for (value, piece) in values.iter_mut().zip(data) {
                *value = pieces_at as u32;
                pieces_at += piece.len();
            }
        }
    }
    let (mut head, mut tail) = (b"II*\0\x08\0\0\0".to_vec(), Vec::new());
    head.extend((all.len() as u16).to_le_bytes());
    for (tag, values) in &all {
        let kind: u16 = if width(*tag) == 4 { 4 } else { 3 };
        head.extend([tag.to_le_bytes(), kind.to_le_bytes()].concat());
        head.extend((values.len() as u32).to_le_bytes());
        let mut bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()[..width(*tag)].to_vec()).collect();
        if bytes.len() > 4 {
            head.extend((behind as u32).to_le_bytes());
            behind += bytes.len();
            tail.append(&mut bytes);
        } else {
            bytes.resize(4, 0);
            head.extend(bytes);
        }
    }
    head.extend([0; 4]);
    [head, tail, data.concat()].concat()
}

#[test]
fn a_tiff_in_tiles_or_planes_shows_the_same_and_one_packed_as_jpeg_says_what_it_is() {
    let plain = drawn(6);
    let (width, height) = plain.dimensions();
    let colour: (u16, &[u32]) = (258, &[8, 8, 8]);
    let (across, down) = ([width], [height]);
    let size: [(u16, &[u32]); 2] = [(256, &across), (257, &down)];
    let tile = |left: u32, top: u32| -> Vec<u8> {
        let at = |x: u32, y: u32| plain.get_pixel_checked(x, y).map_or([0; 3], |pixel| pixel.0);
        (0..16 * 16).flat_map(|place| at(left + place % 16, top + place / 16)).collect()
    };
    let tiles: Vec<Vec<u8>> = (0..9).map(|place| tile(place % 3 * 16, place / 3 * 16)).collect();
    let entries = [&size[..], &[colour, (259, &[1]), (262, &[2]), (277, &[3]), (322, &[16]), (323, &[16])]].concat();
    assert_eq!(decode(&tiff(&entries, (324, 325), &tiles)).unwrap(), plain);

    let planes: Vec<Vec<u8>> = (0..3).map(|c| plain.pixels().map(|pixel| pixel.0[c]).collect()).collect();
    let entries = [&size[..], &[colour, (259, &[1]), (262, &[2]), (277, &[3]), (278, &down), (284, &[2])]].concat();
    assert_eq!(decode(&tiff(&entries, (273, 279), &planes)).unwrap(), plain);

    // JPEG within TIFF keeps brightness and colour apart, which its decoder does not put together: said, not shown wrong.
    let jpeg = encode(&plain.clone().into(), ImageFormat::Jpeg);
    let entries = [&size[..], &[colour, (259, &[7]), (262, &[6]), (277, &[3]), (278, &down)]].concat();
    let refused = decode(&tiff(&entries, (273, 279), &[jpeg])).unwrap_err();
    assert!(matches!(refused, DecodeError::Unsupported(_)), "{refused}");
}

#[test]
fn a_jpeg_with_a_hole_is_damaged_and_a_flat_one_is_not() {
    let image = RgbImage::from_fn(360, 360, |x, y| Rgb([(x * 7 + y * 13) as u8, (x * y) as u8, (x * 3 + y * y) as u8]));
    let whole = encode(&image.into(), ImageFormat::Jpeg);
    assert!(decode(&whole).is_ok());
    for hole in [600, 4096, 20_000] {
        let mut bytes = whole.clone();
        let middle = bytes.len() / 2;
        bytes[middle..middle + hole].fill(0);
        let refused = decode(&bytes).unwrap_err().to_string();
        assert!(
            refused.starts_with("the file is damaged: ") && refused.ends_with("bytes in its middle are lost"),
            "{refused}"
        );
    }
    // 440 x 440 pixels of one grey, whose code is a row of zeros.
    let flat = include_bytes!("flat.jpg");
    assert!(flat.split(|byte| *byte != 0).any(|run| run.len() > 512));
    assert_eq!(decode(flat).unwrap(), RgbImage::from_pixel(440, 440, Rgb([200; 3])));
}
