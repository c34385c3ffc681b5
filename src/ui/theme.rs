//! Every colour, size and font of the window.

use std::sync::Arc;

use egui::{
    Color32, Context, CornerRadius, FontData, FontDefinitions, FontFamily, FontId, Margin, Stroke, Style, TextStyle,
    Theme, ThemePreference, Visuals, vec2,
};

use crate::{
    domain::class_look::{ClassLook, Rgb},
    store::preferences::{Preferences, ThemeChoice},
};

/// The grid that all distances are multiples of.
pub const GRID: f32 = 8.0;
const STRONG: &str = "strong";

#[expect(clippy::disallowed_methods, reason = "this is the one place of colours")]
const fn rgb(hex: u32) -> Color32 {
    Color32::from_rgb((hex >> 16) as u8, (hex >> 8) as u8, hex as u8)
}

/// The one accent.
#[must_use]
pub fn accent(visuals: &Visuals) -> Color32 {
    if visuals.dark_mode { rgb(0x8A_9C_FF) } else { rgb(0x45_55_C7) }
}

/// What stands on the accent.
#[must_use]
pub fn on_accent(visuals: &Visuals) -> Color32 {
    if visuals.dark_mode { rgb(0x10_12_18) } else { rgb(0xFF_FF_FF) }
}

/// Around lines on an image, so that they stand out from light pixels too.
pub const SHADE: Color32 = Color32::from_black_alpha(150);

/// The neutral grey behind images.
#[must_use]
pub fn ground(visuals: &Visuals) -> Color32 {
    if visuals.dark_mode { rgb(0x2E_2E_2E) } else { rgb(0xD4_D4_D4) }
}

/// The colours that one class is drawn in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tones {
    /// The class's own, for areas.
    pub fill: Color32,
    /// The same tone as far darker or lighter as lines, outlines and small shapes need it to stand out.
    pub line: Color32,
}

/// What classes are drawn on: the page and the cards.
const fn grounds(dark: bool) -> [u32; 2] {
    if dark { [0x16_17_1A, 0x1D_1E_22] } else { [0xF7_F7_F8, 0xFF_FF_FF] }
}

/// The colours of a class on the light or the dark theme.
#[must_use]
pub fn class_tones(look: &ClassLook, dark: bool) -> Tones {
    let screen = |[r, g, b]: Rgb| rgb(u32::from(r) << 16 | u32::from(g) << 8 | u32::from(b));
    let grounds = grounds(dark).map(|hex| [(hex >> 16) as u8, (hex >> 8) as u8, hex as u8]);
    Tones { fill: screen(look.colour), line: screen(look.line_on(&grounds)) }
}

/// The colour of one of several runs drawn over each other: tones of viridis, which belong to no class, as dark or light as
/// the theme needs to tell them from its ground.
#[must_use]
pub fn run_colour(visuals: &Visuals, place: usize) -> Color32 {
    let tones = if visuals.dark_mode {
        [0xFD_E7_25, 0x5E_C9_62, 0x21_91_8C, 0x8E_8A_D8]
    } else {
        [0x44_01_54, 0x3B_52_8B, 0x21_91_8C, 0x47_9A_34]
    };
    rgb(tones.get(place % tones.len()).copied().unwrap_or(0x80_80_88))
}

/// A colour that was measured in images.
#[must_use]
pub fn measured(r: u8, g: u8, b: u8) -> Color32 {
    rgb(u32::from(r) << 16 | u32::from(g) << 8 | u32::from(b))
}

/// Semibold, for titles.
#[must_use]
pub fn strong(size: f32) -> FontId {
    FontId::new(size, FontFamily::Name(STRONG.into()))
}

/// One thin stroke, radius 8.
pub fn card(style: &Style) -> egui::Frame {
    egui::Frame::new()
        .fill(style.visuals.faint_bg_color)
        .stroke(style.visuals.widgets.noninteractive.bg_stroke)
        .corner_radius(8)
        .inner_margin(Margin::same(16))
}

/// Fonts and both styles, once.
pub fn install(ctx: &Context) {
    ctx.set_fonts(fonts());
    // The preferences know the scale; egui's own keys would be undone in the next frame.
    ctx.options_mut(|options| options.zoom_with_keyboard = false);
    for theme in [Theme::Light, Theme::Dark] {
        ctx.style_mut_of(theme, |style| dress(style, theme == Theme::Dark));
    }
}

/// What a page is drawn for, in points without a scale: a presentation makes it as large as the screen allows.
const PAGE: egui::Vec2 = vec2(920.0, 600.0);

/// The scale of a presentation on a screen of this size in points without a scale: never smaller than the window's own.
#[must_use]
pub fn presented(scale: f32, screen: egui::Vec2) -> f32 {
    (screen.x / PAGE.x).min(screen.y / PAGE.y).clamp(1.0, 2.5).max(scale)
}

/// Makes the preferences' theme, scale and motion so.
pub fn follow(ctx: &Context, preferences: &Preferences, presenting: bool) {
    let wish = match preferences.theme {
        ThemeChoice::System => ThemePreference::System,
        ThemeChoice::Light => ThemePreference::Light,
        ThemeChoice::Dark => ThemePreference::Dark,
    };
    if ctx.options(|options| options.theme_preference) != wish {
        ctx.set_theme(wish);
    }
    let screen = ctx.content_rect().size() * ctx.zoom_factor();
    let scale = if presenting { presented(preferences.scale, screen) } else { preferences.scale };
    if (ctx.zoom_factor() - scale).abs() > 1e-3 {
        ctx.set_zoom_factor(scale);
    }
    let secs = if preferences.reduced_motion { 0.0 } else { 0.12 };
    if (ctx.global_style().animation_time - secs).abs() > 1e-3 {
        ctx.all_styles_mut(|style| style.animation_time = secs);
    }
}

fn fonts() -> FontDefinitions {
    let mut fonts = FontDefinitions::default();
    let files: [(&str, &'static [u8]); 3] = [
        ("inter", include_bytes!("../../assets/fonts/Inter-Regular.ttf")),
        ("inter-semibold", include_bytes!("../../assets/fonts/Inter-SemiBold.ttf")),
        ("lucide", include_bytes!("../../assets/fonts/Lucide.ttf")),
    ];
    for (name, bytes) in files {
        fonts.font_data.insert(name.to_owned(), Arc::new(FontData::from_static(bytes)));
    }
    let usual = fonts.families.get(&FontFamily::Proportional).cloned().unwrap_or_default();
    let with = |first: &str| {
        let mut names = vec![first.to_owned(), "lucide".to_owned()];
        names.extend(usual.iter().cloned());
        names
    };
    fonts.families.insert(FontFamily::Name(STRONG.into()), with("inter-semibold"));
    fonts.families.insert(FontFamily::Proportional, with("inter"));
    fonts
}

fn dress(style: &mut Style, dark: bool) {
    let size = |points| FontId::new(points, FontFamily::Proportional);
    style.text_styles = [
        (TextStyle::Small, size(11.0)),
        (TextStyle::Body, size(13.0)),
        (TextStyle::Button, size(13.0)),
        (TextStyle::Monospace, size(13.0)),
        (TextStyle::Heading, strong(16.0)),
    ]
    .into();
    style.spacing.item_spacing = vec2(8.0, 8.0);
    style.spacing.button_padding = vec2(12.0, 6.0);
    style.spacing.interact_size.y = 28.0;
    style.interaction.selectable_labels = false;
    let visuals = &mut style.visuals;
    *visuals = if dark { Visuals::dark() } else { Visuals::light() };
    let [page, raised] = grounds(dark);
    let (line, edge, text, weak, strong) = if dark {
        (0x31_33_3A, 0x6B_6F_7B, 0xD6_D8_DE, 0x9B_9F_AA, 0xF4_F5_F7)
    } else {
        (0xDD_DE_E3, 0x8A_8E_9A, 0x2A_2C_33, 0x62_66_72, 0x10_11_15)
    };
    visuals.panel_fill = rgb(page);
    visuals.window_fill = rgb(raised);
    visuals.faint_bg_color = rgb(raised);
    visuals.extreme_bg_color = rgb(if dark { 0x11_12_14 } else { 0xFF_FF_FF });
    visuals.weak_text_color = Some(rgb(weak));
    visuals.error_fg_color = rgb(if dark { 0xFF_8A_80 } else { 0xB3_26_1E });
    visuals.warn_fg_color = rgb(if dark { 0xE6_B4_50 } else { 0x8A_5A_00 });
    visuals.window_corner_radius = CornerRadius::same(8);
    visuals.menu_corner_radius = CornerRadius::same(8);
    visuals.window_stroke = Stroke::new(1.0, rgb(line));
    let widgets = &mut visuals.widgets;
    for state in [
        &mut widgets.noninteractive,
        &mut widgets.inactive,
        &mut widgets.hovered,
        &mut widgets.active,
        &mut widgets.open,
    ] {
        state.corner_radius = CornerRadius::same(6);
        state.bg_stroke = Stroke::new(1.0, rgb(edge));
        state.fg_stroke = Stroke::new(1.0, rgb(text));
        state.weak_bg_fill = rgb(raised);
        state.expansion = 0.0;
    }
    // Nothing is pressed on what does not react: cards and separators keep a quiet line.
    widgets.noninteractive.bg_stroke = Stroke::new(1.0, rgb(line));
    let raised_more = rgb(if dark { 0x29_2B_31 } else { 0xEE_EE_F1 });
    (widgets.hovered.weak_bg_fill, widgets.open.weak_bg_fill) = (raised_more, raised_more);
    (widgets.hovered.fg_stroke.color, widgets.active.fg_stroke.color) = (rgb(strong), rgb(strong));
    let accent = accent(visuals);
    visuals.selection.bg_fill = accent.gamma_multiply(0.28);
    visuals.selection.stroke = Stroke::new(1.0, rgb(strong));
    visuals.hyperlink_color = accent;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        class_look::{LEAST_CONTRAST, contrast},
        classes,
    };

    fn bytes(colour: Color32) -> Rgb {
        [colour.r(), colour.g(), colour.b()]
    }

    fn visuals(dark: bool) -> Visuals {
        let mut style = Style::default();
        dress(&mut style, dark);
        style.visuals
    }

    #[test]
    fn every_class_stands_out_from_card_and_page_in_both_themes() {
        let known = classes::KNOWN.iter().map(|class| ClassLook::of(class.name, 0));
        let all: Vec<_> = known.chain((0..72).map(|place| ClassLook::of("blast", place))).collect();
        for dark in [false, true] {
            let visuals = visuals(dark);
            for look in &all {
                let line = class_tones(look, dark).line;
                for ground in [visuals.panel_fill, visuals.faint_bg_color] {
                    let found = contrast(bytes(line), bytes(ground));
                    assert!(found >= LEAST_CONTRAST, "{look:?} on {ground:?}: {found:.2}");
                }
            }
        }
    }

    #[test]
    fn fields_and_buttons_have_an_edge_that_is_seen() {
        for dark in [false, true] {
            let visuals = visuals(dark);
            for ground in [visuals.panel_fill, visuals.faint_bg_color, visuals.extreme_bg_color] {
                for state in [&visuals.widgets.inactive, &visuals.widgets.hovered, &visuals.widgets.active] {
                    let found = contrast(bytes(state.bg_stroke.color), bytes(ground));
                    assert!(found >= LEAST_CONTRAST, "dark {dark}: {found:.2} on {ground:?}");
                }
            }
        }
    }

    #[test]
    fn lines_of_runs_stand_out() {
        for dark in [false, true] {
            let visuals = visuals(dark);
            for place in 0..4 {
                let found = contrast(bytes(run_colour(&visuals, place)), bytes(visuals.faint_bg_color));
                assert!(found >= LEAST_CONTRAST, "dark {dark}, run {place}: {found:.2}");
            }
        }
    }
}
