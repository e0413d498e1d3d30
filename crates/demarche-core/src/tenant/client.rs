//! What kind of client acted: operating system and program, without versions.

use std::collections::BTreeMap;
use std::net::IpAddr;

use crate::event::event::Event;

/// Words that tell operating systems in agents and platform texts, most telling first.
const SYSTEMS: [(&str, &str); 12] = [
    ("iphone", "ios"),
    ("ipad", "ios"),
    ("ios/", "ios"),
    ("-ios", "ios"),
    ("android", "android"),
    ("cros", "chromeos"),
    ("windows", "windows"),
    ("macintosh", "macos"),
    ("mac os", "macos"),
    ("macos", "macos"),
    ("ubuntu", "linux"),
    ("linux", "linux"),
];

/// Words that tell programs in agents, most telling first: many pretend to be several.
const PROGRAMS: [(&str, &str); 22] = [
    ("python", "python"),
    ("powershell", "powershell"),
    ("curl/", "curl"),
    ("okhttp", "okhttp"),
    ("axios", "axios"),
    ("go-http-client", "go"),
    ("java/", "java"),
    ("postman", "postman"),
    ("edg", "edge"),
    ("opr/", "opera"),
    ("opera", "opera"),
    ("firefox", "firefox"),
    ("fxios", "firefox"),
    ("electron", "electron"),
    ("crios", "chrome"),
    ("chromium", "chrome"),
    ("chrome", "chrome"),
    ("safari", "safari"),
    ("trident", "trident"),
    ("msie", "trident"),
    ("thunderbird", "thunderbird"),
    ("mozilla", "mozilla"),
];

fn told<'a>(text: &str, words: &[(&str, &'a str)]) -> &'a str {
    words
        .iter()
        .find(|(word, _)| text.contains(word))
        .map_or("", |(_, name)| *name)
}

/// The operating system an agent or platform text tells of; empty where it tells none.
pub fn system_of(text: &str) -> &'static str {
    told(&text.to_lowercase(), &SYSTEMS)
}

/// The family of an agent: system and program without versions, as `linux/firefox`.
///
/// Two versions of one browser are one family; an agent that tells neither is its own first word.
pub fn family_of(agent: &str) -> String {
    let agent = agent.trim().to_lowercase();
    if agent.is_empty() {
        return String::new();
    }
    let (system, program) = (told(&agent, &SYSTEMS), told(&agent, &PROGRAMS));
    if system.is_empty() && (program.is_empty() || program == "mozilla") {
        let end = agent
            .find(|c: char| c == '/' || c == ';' || c.is_whitespace() || c.is_ascii_digit())
            .unwrap_or(agent.len());
        return agent[..end].to_owned();
    }
    format!("{system}/{program}")
}

/// Whether what tells a device is its id in the directory: somebody registered it.
pub fn registered(device: &str) -> bool {
    device.starts_with("device:")
}

/// What tells this event's device from another: its id, else system and program.
///
/// Empty where the record tells nothing of its client.
pub fn device_of(event: &Event<'_>) -> String {
    Clients::default().device_of(event)
}

/// What agents, platform texts and addresses tell, each read once while few are met: a stream of
/// events repeats a handful of them.
#[derive(Clone, Debug, Default)]
pub struct Clients {
    told: BTreeMap<String, (String, &'static str)>,
    /// What the last text told that did not fit.
    beyond: (String, &'static str),
    /// The last address, in text.
    host: Option<(IpAddr, String)>,
}

impl Clients {
    /// The most texts remembered.
    const MOST: usize = 256;

    /// What tells this event's device from another; see [`device_of`].
    pub fn device_of(&mut self, event: &Event<'_>) -> String {
        if !event.client.device.is_empty() {
            let mut device = String::with_capacity(7 + event.client.device.len());
            device.push_str("device:");
            device.push_str(&event.client.device.to_lowercase());
            return device;
        }
        let family = self.told(&event.client.agent).0;
        if family.is_empty() {
            self.told(&event.client.platform).0.to_owned()
        } else {
            family.to_owned()
        }
    }

    /// The operating system this event's client tells of.
    pub fn system_of(&mut self, event: &Event<'_>) -> &'static str {
        let platform = self.told(&event.client.platform).1;
        if platform.is_empty() {
            self.told(&event.client.agent).1
        } else {
            platform
        }
    }

    /// An address in text.
    pub fn text_of(&mut self, host: IpAddr) -> String {
        match &self.host {
            Some((last, text)) if *last == host => text.clone(),
            _ => {
                let text = host.to_string();
                self.host = Some((host, text.clone()));
                text
            }
        }
    }

    /// Family and system of a text.
    fn told(&mut self, text: &str) -> (&str, &'static str) {
        if text.is_empty() {
            return ("", "");
        }
        if !self.told.contains_key(text) {
            let told = (family_of(text), system_of(text));
            if self.told.len() < Clients::MOST {
                self.told.insert(text.to_owned(), told);
            } else {
                self.beyond = told;
            }
        }
        let told = self.told.get(text).unwrap_or(&self.beyond);
        (&told.0, told.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_forget_versions_only() {
        let firefox =
            "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:87.0) Gecko/20100101 Firefox/87.0";
        let newer = "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:88.0) Gecko/20100101 Firefox/88.0";
        let chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/89.0 Safari/537.36";
        assert_eq!(family_of(firefox), "linux/firefox");
        assert_eq!(family_of(firefox), family_of(newer));
        assert_eq!(family_of(chrome), "windows/chrome");
        assert_eq!(family_of("RM Client"), "rm");
        assert_eq!(family_of(""), "");
        assert_eq!(system_of("Windows10"), "windows");
    }
}
