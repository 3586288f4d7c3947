// The default theme without its fonts, in the looks of the rest of Tradewright.
import '@fontsource/ibm-plex-sans/latin-400.css'
import '@fontsource/ibm-plex-sans/latin-400-italic.css'
import '@fontsource/ibm-plex-sans/latin-600.css'
import '@fontsource/ibm-plex-mono/latin-400.css'
import '@fontsource/ibm-plex-mono/latin-600.css'
import DefaultTheme from 'vitepress/theme-without-fonts'

import './instrument.css'

export default DefaultTheme
