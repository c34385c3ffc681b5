//! What the system tells about memory: how much this process took at most, and how much decoded images may take.

use std::fs;

/// Share of the free memory that decoded images may take: network, optimiser, batches and the rest of the program need
/// theirs.
const SHARE: f64 = 0.25;

/// Bytes for decoded images: a share of what is free, and never more than `most`, which it is where no system tells.
#[must_use]
pub fn cache_bytes(most: usize) -> usize {
    share_of(free_bytes(), most)
}

fn share_of(free: Option<u64>, most: usize) -> usize {
    free.map_or(most, |free| ((free as f64 * SHARE) as usize).min(most))
}

/// Memory that this process could still take, in bytes, by the machine and by the container that it may run in; `None` where
/// the system does not tell.
fn free_bytes() -> Option<u64> {
    let machine = number(&fs::read_to_string("/proc/meminfo").ok()?, "MemAvailable:")? * 1024;
    Some(container().map_or(machine, |free| free.min(machine)))
}

/// What is free of a container's limit; `None` where there is none. Files that the kernel keeps in memory give way.
fn container() -> Option<u64> {
    let read = |file: &str| fs::read_to_string(format!("/sys/fs/cgroup/{file}")).ok();
    // Without a limit the file says "max", which is no number.
    let most: u64 = read("memory.max")?.trim().parse().ok()?;
    let used: u64 = read("memory.current")?.trim().parse().ok()?;
    let files = number(&read("memory.stat")?, "inactive_file").unwrap_or(0);
    Some(most.saturating_sub(used.saturating_sub(files)))
}

/// The largest resident memory of this process in MiB, where the system tells it.
#[must_use]
pub fn peak_memory_mb() -> Option<f64> {
    let kib = number(&fs::read_to_string("/proc/self/status").ok()?, "VmHWM:")?;
    Some(kib as f64 / 1024.0)
}

/// The number behind a name in one of the kernel's lists.
fn number(text: &str, name: &str) -> Option<u64> {
    text.lines().find(|line| line.starts_with(name))?.split_whitespace().nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decoded_images_take_a_share_of_what_is_free_and_no_more_than_they_need() {
        let most = 1_500_000_000;
        assert_eq!(share_of(Some(2_000_000_000), most), 500_000_000);
        assert_eq!(share_of(Some(64_000_000_000), most), most);
        assert_eq!(share_of(None, most), most);
    }

    #[test]
    fn the_kernels_lists_are_read() {
        let text = "MemTotal:       16318480 kB\nMemFree:          123456 kB\nMemAvailable:    8000000 kB\n";
        assert_eq!(number(text, "MemAvailable:"), Some(8_000_000));
        assert_eq!(number(text, "Swap:"), None);
        #[cfg(target_os = "linux")]
        assert!(free_bytes() > Some(0) && peak_memory_mb() > Some(1.0));
    }
}
