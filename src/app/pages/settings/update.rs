//! Preferences are changed at once; that they are written is seen to by [`crate::app::App`].

use super::{Message, News};
use crate::{
    app::{AppState, Dialog, Effects, Offer, files, pages::train::runs},
    device,
    fault::Halt,
    job::{Desk, Lane, Work},
};

pub fn update(state: &mut AppState, message: Message, effects: &mut Effects) {
    let preferences = &mut state.settings.preferences;
    match message {
        Message::Theme(theme) => preferences.theme = theme,
        Message::Language(language) => preferences.language = Some(language),
        Message::Scale(scale) => preferences.scale = scale.clamp(0.75, 2.0),
        Message::ReducedMotion(on) => preferences.reduced_motion = on,
        Message::Device(device) => preferences.device = device,
        Message::NoticeRead => preferences.notice_read = true,
        Message::ToggleInspector => preferences.inspector_open = !preferences.inspector_open,
        Message::InspectorWidth(width) => preferences.inspector_width = width,
        Message::ThumbSide(side) => preferences.thumb_side = side.clamp(48.0, 240.0),
        Message::Outputs(folder) => {
            preferences.outputs = folder;
            runs::list(state, effects);
        }
        Message::ChooseOutputs => {
            let then = |folder| Message::Outputs(Some(folder)).into();
            effects.ask(Dialog::first(t!("Choose the outputs folder"), Offer::Folder, then));
        }
        Message::TestDevices => test_devices(effects),
    }
}

pub fn hear(state: &mut AppState, news: News, _: &mut Effects) {
    match news {
        News::Devices(devices) => state.settings.devices = devices,
        News::InUse(chosen, device) => state.settings.in_use = Some((chosen, device)),
        News::Kept(job) => drop(state.settings.keeping.take_if(|of| *of == job)),
        News::NotKept(job, halt) => {
            state.settings.keeping.take_if(|of| *of == job);
            if let Halt::Failed(failure) = halt {
                state.notices.failed(&failure);
            }
        }
    }
}

/// Asks the machine for its devices.
pub fn list_devices(effects: &mut Effects) {
    effects.submit(Work::new(Lane::Quick, |_| Ok(News::Devices(device::list()).into()), files::halted));
}

/// Lets each device train one step, as at the first start.
pub fn test_devices(effects: &mut Effects) {
    let test = |_: &Desk<'_>| Ok(News::Devices(device::list_tested()).into());
    effects.submit(Work::new(Lane::Batch, test, files::halted).titled(t!("Testing the devices")));
}
